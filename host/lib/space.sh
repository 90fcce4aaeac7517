# shellcheck shell=bash
# What is left of the VM's disks.

# free_disk PATH: megabytes that are free where it lies.
free_disk() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }
