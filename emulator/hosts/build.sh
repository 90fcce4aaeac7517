#!/usr/bin/env bash
# Builds the image of the local cloud's servers, unless this folder's content is built already.
# Usage: emulator/hosts/build.sh [--name] [arm64]
#   --name   only print the image's name: onebox/host:<hash of this folder>
#   arm64    for ARM instead of x86; another computer needs QEMU's translation of programs for it
set -euo pipefail

image_name() { # HERE ARCHITECTURE
  local hash
  hash=$(cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-12)
  printf 'onebox/host:%s%s\n' "$hash" "${2:+-$2}"
}

main() {
  local here image name='' architecture=''
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  if [ "${1:-}" = --name ]; then name=only && shift; fi
  if [ "${1:-}" = arm64 ]; then architecture=arm64 && shift; fi
  if [ $# -gt 0 ]; then sed -n '/^# Usage:/,/^[^#]/{/^#/{s/^# \{0,1\}//;p;};}' "$0" && exit 2; fi
  image=$(image_name "$here" "$architecture")
  if [ -n "$name" ]; then printf '%s\n' "$image" && return; fi
  # The base has a name of its own for each architecture: an engine's store keeps one image by a name.
  docker image inspect "$image" >/dev/null 2>&1 \
    || docker build --tag "$image" --label onebox.host=true \
      ${architecture:+--build-arg "BASE=${architecture}v8/debian:trixie-slim"} "$here"
}

main "$@"
