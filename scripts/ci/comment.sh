#!/usr/bin/env bash
# Puts a text under a pull request; the next one takes its place.
#
# Usage: GITHUB_TOKEN=… PULL_REQUEST=NUMBER [COMMENT=update] scripts/ci/comment.sh FILE [SUBJECT]
#
#   SUBJECT   there is one comment of each; "plan" unless said otherwise
#   COMMENT   "update": only where there is one already
#
# A pull request from a fork has a token that may only read: then the text stays in the job's summary.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

main() {
  case ${1:-} in
    -h | --help) usage && exit 0 ;;
    '') refuse 'name the file with the text; see scripts/ci/comment.sh --help' ;;
  esac
  need_tools
  ci comment "$1" "${PULL_REQUEST:-}" "${2:-plan}" "${COMMENT:-}"
}

main "$@"
