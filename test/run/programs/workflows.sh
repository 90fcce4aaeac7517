#!/usr/bin/env bash
# Checks the workflows: syntax and types, then what is unsafe; without asking the network.
# Usage: test/run/programs/workflows.sh

. "$(dirname "${BASH_SOURCE[0]}")/../../../scripts/lib/common.sh"
. "$ROOT/toolchain/versions.sh"

cd "$ROOT"
"$CACHE/go-tools/actionlint-$ACTIONLINT_VERSION"
"$CACHE/go-tools/zizmor-$ZIZMOR_VERSION" --offline --quiet --no-progress .github
