#!/usr/bin/env bash
# Builds a stand-in for the postgres image from Debian's PostgreSQL of the same major version.
# Usage: toolchain/images/postgres/build.sh

# shellcheck source-path=SCRIPTDIR source=../build-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build-lib.sh"

install -m 0755 "$HERE/entrypoint" "$WORK/entrypoint"
version=${POSTGRES_IMAGE#*:}
build_image "$POSTGRES_IMAGE" --build-arg VERSION="${version%%-*}"
