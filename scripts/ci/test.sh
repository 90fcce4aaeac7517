#!/usr/bin/env bash
# Runs the tests as a step of a workflow, and writes what they counted into the job's summary.
#
# Usage: scripts/ci/test.sh [--fast]   (as of scripts/test.sh)

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

main() {
  local code=0
  case ${1:-} in -h | --help) usage && exit 0 ;; esac
  run_tests "$@" || code=$?
  add_to_summary <"$TEST_SUMMARY"
  return "$code"
}

main "$@"
