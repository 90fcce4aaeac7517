#!/usr/bin/env bash
# Checks the workflows: syntax and types, then what is unsafe; without asking the network.
# Usage: test/run/programs/workflows.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

pin() { sed -n "s/^$1=//p" toolchain/versions.env; }

tools=${XDG_CACHE_HOME:-$HOME/.cache}/onebox/go-tools
"$tools/actionlint-$(pin ACTIONLINT_VERSION)"
"$tools/zizmor-$(pin ZIZMOR_VERSION)" --offline --quiet --no-progress .github
