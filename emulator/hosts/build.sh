#!/usr/bin/env bash
# Builds the image of the local cloud's servers, unless this folder's content is built already.
# Usage: emulator/hosts/build.sh [--name]
#   --name   only print the image's name: onebox/host:<hash of this folder>
set -euo pipefail

image_name() {
  local hash
  hash=$(cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-12)
  printf 'onebox/host:%s\n' "$hash"
}

main() {
  local here image
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  image=$(image_name "$here")
  case ${1:-} in
    '') ;;
    --name) printf '%s\n' "$image" && return ;;
    *) sed -n '/^# Usage:/,/^[^#]/{/^#/{s/^# \{0,1\}//;p;};}' "$0" && exit 2 ;;
  esac
  docker image inspect "$image" >/dev/null 2>&1 \
    || docker build --tag "$image" --label onebox.host=true "$here"
}

main "$@"
