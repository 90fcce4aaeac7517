#!/usr/bin/env bash
# Builds the disk and the kernel of servers that are virtual machines, unless they are built already, and prints the
# folder that holds them: disk.qcow2, vmlinuz and initrd. Older ones that nobody has asked for in 30 days go.
# Usage: emulator/vms/build.sh [arm64]
set -euo pipefail

folder_name() { # HERE HOST
  local hash
  hash=$( (printf '%s\n' "$2" && cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) \
    | sha256sum | cut -c1-12)
  printf '%s/onebox/vms/%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}" "$hash"
}

# The engine is root: it makes a disk whose files belong to root without anybody else being it.
make_disk() { # IMAGE WORK
  local container
  container=$(docker create "$1")
  docker cp --follow-link "$container:/vmlinuz" "$2/vmlinuz" >&2
  docker cp --follow-link "$container:/boot/initrd" "$2/initrd" >&2
  docker export "$container" \
    | docker run --rm --interactive --network none --volume "$2:/out" "$1" /usr/local/sbin/vm-make-disk /out >&2
  docker rm "$container" >/dev/null
  qemu-img convert -O qcow2 "$2/disk.raw" "$2/disk.qcow2"
  rm "$2/disk.raw"
}

main() {
  local here host folder image work architecture=${1:-}
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  host=$("$here/../hosts/build.sh" --name ${architecture:+"$architecture"})
  folder=$(folder_name "$here" "$host")
  if [ ! -d "$folder" ]; then
    image=onebox/vm:${folder##*/}
    "$here/../hosts/build.sh" ${architecture:+"$architecture"} >&2
    docker build --tag "$image" --label onebox.host=true --build-arg "HOST=$host" \
      ${architecture:+--build-arg "KERNEL=cloud-$architecture"} "$here" >&2
    mkdir -p "${folder%/*}"
    work=$(mktemp -d "$folder.XXXXXX")
    # shellcheck disable=SC2064 # the name is known now
    trap "rm -rf '$work'" EXIT
    make_disk "$image" "$work"
    # Another start may have built it meanwhile; then its work is as good as ours.
    mv -T "$work" "$folder" 2>/dev/null || [ -d "$folder" ]
  fi
  touch "$folder" # it is used now
  find "${folder%/*}" -mindepth 1 -maxdepth 1 -type d -mtime +30 -exec rm -rf {} +
  printf '%s\n' "$folder"
}

main "$@"
