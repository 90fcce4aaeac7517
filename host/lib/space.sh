# shellcheck shell=bash
# What is left of the VM's disks.

# free_disk PATH: megabytes that are free where it lies.
free_disk() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }

# With fewer megabytes than that, host/edge/reserve ends what may write to the data volume and is not prod's own.
readonly least=512

# volume_has MEGABYTES WHO: so many are free on the data volume. Where they are not, prints that WHO needs them.
volume_has() {
  local free
  free=$(free_disk /mnt/onebox/)
  if [ "$free" -ge "$1" ]; then return 0; fi
  echo "the volume has $free MB left, and $2 $1 MB; enlarge server.volumeSize"
  return 1
}

# unless_full TEXT: why something has failed that writes to the data volume: as it says itself, unless that is full.
unless_full() { if volume_has "$least" 'what was at work needs'; then printf '%s\n' "$1"; fi; }
