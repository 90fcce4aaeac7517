#!/usr/bin/env bash
# Shows, for people, what a deploy would change: the resources, the data at risk, and the price per
# month now and after, at the prices that the API tells.
#
# Usage: scripts/plan.sh [server|stage|prod] [options]
#
#   (no stack)        all of them; the DNS zones come with the server
#   --against COMMIT  what HEAD would change if COMMIT were in place, tried in an empty cloud of this
#                     computer; needs neither secrets nor a server
#   --markdown        as a comment or a job summary
#   --config FILE     another configuration than onebox.config.ts
#   --help            this text
#
# Nothing is changed. A deploy refuses to replace or destroy the server, its address or the volume;
# the plan says what would confirm it. Exit codes: 0 done; 1 failed; 2 wrong usage or configuration.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/plan.sh"

parse() {
  STACKS=() AGAINST='' FORMAT=()
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --markdown) FORMAT=(--markdown) ;;
      --config) use_config "${2:-}" && shift ;;
      --against)
        [ -n "${2:-}" ] || refuse '--against needs a commit'
        AGAINST=$2 && shift
        ;;
      -*) refuse "unknown option $1; see scripts/plan.sh --help" ;;
      *)
        if [ "$1" != server ]; then need_environment "$1" ', server'; fi
        STACKS+=("$1")
        ;;
    esac
    shift
  done
  if [ ${#STACKS[@]} -eq 0 ]; then STACKS=(server stage prod); fi
}

# plan_environment NAME: as the next deploy of the image that it serves would name the release.
plan_environment() {
  reveal "$1"
  if [ -z "$ADDRESS" ]; then return; fi
  serving_release "$1"
  if [ "$RELEASE" != none ]; then prepare_release; fi
  plan_stack "$1"
}

main() {
  local stack
  parse "$@"
  if [ -n "$AGAINST" ]; then
    ONEBOX_QUIET_SETUP=1 "$ROOT/scripts/setup.sh" hetzner
    exec "$ROOT/scripts/lib/plan-against.sh" "$AGAINST" ${FORMAT[@]+"${FORMAT[@]}"}
  fi
  open_log plan
  begin_quietly ''
  find_server
  for stack in "${STACKS[@]}"; do
    if [ "$stack" = server ]; then quiet_step plan plan_stack server; else quiet_step plan plan_environment "$stack"; fi
    if [ "$stack" = server ] && keeps_zones; then quiet_step plan plan_stack dns; fi
  done
  [ ${#PLANS[@]} -gt 0 ] || refuse 'there is no server yet, so there is nothing to compare with; see scripts/plan.sh server'
  explain ${FORMAT[@]+"${FORMAT[@]}"}
}

main "$@"
