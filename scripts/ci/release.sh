#!/usr/bin/env bash
# Publishes a version as a step of a workflow: the page of the version tag that the run is for; or, started
# by hand, the next version of this commit, its page and, where tags release, its way to prod.
#
# Usage: GITHUB_TOKEN=… [BUMP=minor] scripts/ci/release.sh

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

main() {
  local text
  case ${1:-} in -h | --help) usage && exit 0 ;; esac
  need_tools
  case ${GITHUB_REF:-} in
    refs/tags/*) text=$(cd "$ROOT" && "$NODE" cli/bin/name-release.ts --notes "${GITHUB_REF#refs/tags/}") ;;
    *) text=$("$ROOT/scripts/release.sh" "${BUMP:-patch}" --print) ;;
  esac
  printf '%s\n' "$text" | ci publish-release "$(git -C "$ROOT" rev-parse HEAD)"
  printf '## %s\n' "$text" | add_to_summary
}

main "$@"
