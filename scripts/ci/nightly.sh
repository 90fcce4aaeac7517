#!/usr/bin/env bash
# Runs all tests there are as a step of a workflow, and keeps one issue about their result: opened when one
# fails, updated while one does, closed when all pass.
#
# Usage: GITHUB_TOKEN=… scripts/ci/nightly.sh
#
# Exit codes: as of scripts/test.sh; 1 too when the issue could not be written.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

main() {
  local code=0
  case ${1:-} in -h | --help) usage && exit 0 ;; esac
  run_tests --long || code=$?
  add_to_summary <"$TEST_SUMMARY"
  if [ "$code" -eq 0 ]; then
    ci keep-issue nightly none "$TEST_SUMMARY"
  else
    ci keep-issue nightly found "$TEST_SUMMARY"
  fi
  return "$code"
}

main "$@"
