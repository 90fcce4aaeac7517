#!/usr/bin/env bash
# Builds a stand-in for the traefik image around the program that setup.sh has built from its Go module.
# Usage: toolchain/images/traefik/build.sh

# shellcheck source-path=SCRIPTDIR source=../build-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build-lib.sh"

install -m 0755 "$CACHE/go-tools/traefik-lean-${TRAEFIK_IMAGE#*:v}" "$WORK/traefik"
build_image "$TRAEFIK_IMAGE"
