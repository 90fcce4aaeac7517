# shellcheck shell=bash
# What the build scripts of the stand-in images share. Each of them can also be run by hand.

set -euo pipefail
umask 022 # what is built here is read by other users inside the image

HERE=$(cd "$(dirname "$0")" && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/onebox
# shellcheck source-path=SCRIPTDIR source=../versions.sh
. "$(dirname "${BASH_SOURCE[0]}")/../versions.sh"

# A private place for what is being made; an interrupted build leaves nothing behind.
mkdir -p "$CACHE/tmp"
WORK=$(mktemp -d "$CACHE/tmp/image.$$.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# build_image TAG [docker build option...]: builds $WORK with the Dockerfile that stands beside the
# script. The label tells a stand-in from the official image of the same name.
build_image() {
  local tag=$1
  shift
  cp "$HERE/Dockerfile" "$WORK/Dockerfile"
  docker build --label onebox.stand-in=true --tag "$tag" "$@" "$WORK"
}
