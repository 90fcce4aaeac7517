#!/usr/bin/env bash
# Runs the tests as a step of a workflow, and writes what they counted into the job's summary.
#
# Usage: scripts/ci/test.sh [--fast]   (as of scripts/test.sh)

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

clean_up() { rm -f "${SAID:-}"; }

main() {
  local code=0
  case ${1:-} in -h | --help) usage && exit 0 ;; esac
  SAID=$(mktemp "${TMPDIR:-/tmp}/onebox-tests.XXXXXX")
  "$ROOT/scripts/test.sh" "$@" 2>&1 | tee "$SAID" || code=$?
  if [ -x "$NODE" ]; then ci summarise-tests <"$SAID" | add_to_summary; fi
  return "$code"
}

main "$@"
