#!/usr/bin/env bash
# Looks for what differs from what was deployed: changes that somebody made by hand, behind
# Terraform's back, and changes of the repository that no deploy has brought yet.
#
# Usage: scripts/drift.sh [options]
#
#   --markdown        as the text of an issue
#   --config FILE     another configuration than onebox.config.ts
#   --help            this text
#
# Nothing is changed; scripts/deploy.sh puts things right. Exit codes: 0 nothing differs; 1 failed;
# 2 wrong usage or configuration; 4 something differs, and is printed.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/plan.sh"

parse() {
  FORMAT=()
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --markdown) FORMAT=(--markdown) ;;
      --config) use_config "${2:-}" && shift ;;
      *) refuse "unknown argument $1; see scripts/drift.sh --help" ;;
    esac
    shift
  done
}

# look_at ENVIRONMENT: with the release that it serves; one that was never deployed differs from nothing.
look_at() {
  tf_init "$1"
  if [ -z "$(tf "$1" state list 2>/dev/null)" ]; then return; fi
  serving_release "$1"
  plan_stack "$1"
}

main() {
  parse "$@"
  open_log drift
  begin_quietly ''
  find_server
  quiet_step server plan_stack server
  if [ -n "$ADDRESS" ]; then
    if keeps_zones; then quiet_step dns plan_stack dns; fi
    quiet_step stage look_at stage
    quiet_step prod look_at prod
  fi
  explain --drift ${FORMAT[@]+"${FORMAT[@]}"}
}

main "$@"
