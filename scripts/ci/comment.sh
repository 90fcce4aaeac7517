#!/usr/bin/env bash
# Puts a text under a pull request; the next one takes its place.
#
# Usage: GITHUB_TOKEN=… PULL_REQUEST=NUMBER scripts/ci/comment.sh FILE
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
  ci comment "$1" "${PULL_REQUEST:-}"
}

main "$@"
