#!/usr/bin/env bash
# Plans a pull request as a step of a workflow: what it would change on the infrastructure, what is at
# risk and what it costs. Runs the pull request's code and so has no secret.
#
# Usage: BASE=COMMIT scripts/ci/plan.sh FILE
#
#   FILE   takes the text that becomes the comment

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

main() {
  local file=${1:-}
  case $file in
    -h | --help) usage && exit 0 ;;
    '') refuse 'name the file that takes the text; see scripts/ci/plan.sh --help' ;;
  esac
  [ -n "${BASE:-}" ] || refuse 'BASE is empty; it names the commit that the pull request goes to'
  {
    printf '## What this pull request would change on the infrastructure\n\n'
    "$ROOT/scripts/plan.sh" --against "$BASE" --markdown
    printf '\nCompared with %.7s in a cloud of this run alone, without a secret. ' "$BASE"
    printf 'The prices are those of the price list that this cloud answers with.\n'
  } >"$file"
  add_to_summary <"$file"
}

main "$@"
