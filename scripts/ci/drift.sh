#!/usr/bin/env bash
# Looks for drift as a step of a workflow, and keeps one issue about it: opened when something differs,
# updated while it does, closed when nothing differs any more.
#
# Usage: GITHUB_TOKEN=… scripts/ci/drift.sh
#
# Exit codes: 0 looked, whatever was found; else as of scripts/drift.sh.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

clean_up() { rm -f "${TEXT:-}"; }

main() {
  local code=0
  case ${1:-} in -h | --help) usage && exit 0 ;; esac
  need_tools
  TEXT=$(mktemp "${TMPDIR:-/tmp}/onebox-drift.XXXXXX")
  "$ROOT/scripts/drift.sh" --markdown >"$TEXT" || code=$?
  case $code in
    0) ci keep-issue drift none "$TEXT" ;;
    4) ci keep-issue drift found "$TEXT" && warning 'what runs differs from what was deployed; see the issue' ;;
    *) exit "$code" ;;
  esac
  { printf '## Drift\n\n' && cat "$TEXT"; } | add_to_summary
}

main "$@"
