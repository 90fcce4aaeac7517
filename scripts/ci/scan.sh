#!/usr/bin/env bash
# Holds a vulnerability scan against the budget of .github/vulnerability-budget.json.
#
# Usage: scripts/ci/scan.sh REPORT   (Grype's JSON)
#
# Exit codes: 0 within the budget; 1 over it, or an exception has run out; 2 the report cannot be read.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

main() {
  local code=0 text
  case ${1:-} in
    -h | --help) usage && exit 0 ;;
    '') refuse 'name the report; see scripts/ci/scan.sh --help' ;;
  esac
  need_tools
  text=$(ci hold-scan "$1" "$ROOT/.github/vulnerability-budget.json") || code=$?
  if [ -n "$text" ]; then
    printf '%s\n' "$text" >&3
    printf '%s\n' "$text" | add_to_summary
  fi
  return "$code"
}

main "$@"
