#!/usr/bin/env bash
# Deploys one environment: creates the VM when there is none, then releases the app on it.
#
# Usage: scripts/deploy.sh stage|prod [options]
#
#   stage             the image of this commit, built and pushed when the registry lacks it
#   prod              the image that stage serves
#   --image REF       another image, by tag or digest
#   --canary PERCENT  give the new release this share of the traffic only (1 to 99), until
#                     scripts/promote.sh or scripts/rollback.sh ends it
#   --sticky          with --canary: a visitor stays with the release that answered first
#   --may-replace WHAT
#                     let the server, the address or the volume (scripts/plan.sh says which) be replaced
#                     or destroyed; without it such a deploy is refused. Can be given again
#   --wait [SECONDS]  wait for another deploy of the environment instead of leaving (default 600)
#   --config FILE     another configuration than onebox.config.ts
#   --verbose         show Terraform's and Docker's own output
#   --help            this text
#
# Exit codes: 0 done; 1 failed, the old release serves; 2 wrong usage or configuration, nothing
# touched; 3 another deploy holds the environment. It can be interrupted and run again at any time.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/image.sh"
. "$ROOT/scripts/lib/outcome.sh"
. "$ROOT/scripts/lib/hooks.sh"
. "$ROOT/scripts/lib/plan.sh"
. "$ROOT/scripts/lib/dns.sh"
. "$ROOT/scripts/lib/operate.sh"
. "$ROOT/scripts/lib/deployment.sh"

parse() {
  ENVIRONMENT='' REFERENCE='' CANARY='' STICKY='' PATIENCE=0 MAY_REPLACE=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --verbose) export ONEBOX_VERBOSE=1 VERBOSE=1 ;;
      --config) use_config "${2:-}" && shift ;;
      --image)
        [ -n "${2:-}" ] || refuse '--image needs an image reference'
        REFERENCE=$2 && shift
        ;;
      --canary)
        [[ ${2:-} =~ ^[1-9][0-9]?$ ]] || refuse '--canary needs a share from 1 to 99 (percent)'
        CANARY=$2 && shift
        ;;
      --sticky) STICKY=1 ;;
      --may-replace)
        [[ ${2:-} =~ ^(server|address|volume)$ ]] || refuse '--may-replace needs server, address or volume'
        MAY_REPLACE="$MAY_REPLACE $2" && shift
        ;;
      --wait)
        PATIENCE=600
        if [[ ${2:-} =~ ^[0-9]+$ ]]; then PATIENCE=$2 && shift; fi
        ;;
      -*) refuse "unknown option $1; see scripts/deploy.sh --help" ;;
      *)
        [ -z "$ENVIRONMENT" ] || refuse "one environment at a time; \"$1\" is one too many"
        ENVIRONMENT=$1
        ;;
    esac
    shift
  done
  need_environment "$ENVIRONMENT"
  if [ -n "$STICKY" ] && [ -z "$CANARY" ]; then refuse '--sticky belongs to --canary'; fi
  export CANARY STICKY PATIENCE # prepare_release hands them on
}

# builds: whether the image is this commit's, which may have to be built.
builds() { [ "$ENVIRONMENT" = stage ] && [ -z "$REFERENCE" ]; }

image() {
  if builds; then
    image_of_commit
  elif [ -n "$REFERENCE" ]; then
    image_by_name "$REFERENCE"
  else
    image_of_stage
  fi
  prepare_release
}

main() {
  parse "$@"
  check_hooks
  open_log deploy
  printf 'Onebox deploys %s\n' "$ENVIRONMENT"
  begin_tools "$(if builds; then echo begin_tree; fi)"
  if builds; then begin_build; fi
  begin "$ENVIRONMENT"
  step synth synth
  find_server
  ask_vm
  if builds; then begin_asking; fi
  if ! builds || has_hook before-deploy; then step image image; fi # the hook is told of the image
  before_deploy
  SOUND=''
  if is_sound; then
    SOUND=1
  else
    if builds && [ -z "${RELEASE:-}" ]; then begin_push; fi
    step server server
    ask_vm
  fi
  if [ -z "${RELEASE:-}" ]; then step image image; fi
  if has_dns; then step dns dns; fi
  step release release
  step verify verify
  if [ -n "$STATE_FOLLOWS" ]; then step state take_over; fi
  if [ -n "$SOUND" ]; then step server server; fi
  if [ "$CFG_HTTPS" = true ]; then step certificates certificates; fi
  after_work after-deploy "$(if [ -n "$CANARY" ]; then echo canary; else echo served; fi)"
  summary
}

main "$@"
