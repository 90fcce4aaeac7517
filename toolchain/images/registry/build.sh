#!/usr/bin/env bash
# Builds a stand-in for the registry image from Debian's docker-registry.
# Usage: toolchain/images/registry/build.sh

# shellcheck source-path=SCRIPTDIR source=../build-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build-lib.sh"

install -m 0755 "$HERE/entrypoint" "$WORK/entrypoint"
install -m 0644 "$HERE/config.yml" "$WORK/config.yml"
build_image "$REGISTRY_IMAGE"
