# shellcheck shell=bash
# What one of the containers that others depend on may take of the VM's processors.

# most_processors: three quarters of them, as Docker takes it: the rest is left to whoever is to end what runs wild.
most_processors() { awk -v all="$(nproc)" 'BEGIN { printf "%.2f", all * 0.75 }'; }
