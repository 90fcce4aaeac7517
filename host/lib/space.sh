# shellcheck shell=bash
# What is left of the VM's disks.

# free_disk PATH: megabytes that are free where it lies.
free_disk() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }

# volume_has MEGABYTES WHO: so many are free on the data volume. Where they are not, prints that WHO needs them.
volume_has() {
  local free
  free=$(free_disk /mnt/onebox/)
  if [ "$free" -ge "$1" ]; then return 0; fi
  echo "the volume has $free MB left, and $2 $1 MB; enlarge server.volumeSize"
  return 1
}
