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

parse() {
  ENVIRONMENT='' REFERENCE='' CANARY='' CANARY_WAY=canary PATIENCE=0 MAY_REPLACE=''
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
      --sticky) CANARY_WAY=canary-sticky ;;
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
  if [ "$CANARY_WAY" != canary ] && [ -z "$CANARY" ]; then refuse '--sticky belongs to --canary'; fi
  export CANARY CANARY_WAY PATIENCE # prepare_release hands them on
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

# server: creates the VM and what surrounds it, or mends what differs from its definition.
server() {
  progress 'terraform apply'
  apply_server
  find_server
  STEP_NOTE=$ADDRESS
}

# ask_vm: its free space, how the last release ended, what runs there; meanwhile other work is done.
ask_vm() {
  ASKED=''
  if [ -z "$ADDRESS" ]; then return; fi
  on_vm "df -Pm /var/lib/docker | tail -n 1; tail -n 1 /mnt/onebox/$ENVIRONMENT/releases.tsv; /opt/onebox/bin/status" \
    >"$ONEBOX_SECRETS/vm" 2>"$ONEBOX_SECRETS/unanswered" &
  ASKED=$!
}

# is_sound: the server is as it is defined, and answers, and the last release went well. Then the release
# need not wait until Terraform has looked at the server.
is_sound() {
  [ -n "$ASKED" ] && [ "$APPLIED" = "$DEFINITION" ] && wait "$ASKED" \
    && [ "$(awk -F '\t' 'NR == 2 { print $7 }' "$ONEBOX_SECRETS/vm")" = served ]
}

# release: a VM that is as Terraform left it is told directly, and Terraform's state follows: it looks at
# everything first, which takes longer than the switch.
release() {
  local serves
  wait "$ASKED" || fail "the VM at $ADDRESS does not answer: $(tail -n 1 "$ONEBOX_SECRETS/unanswered")" \
    'scripts/terraform.sh server plan shows whether it is the one that was made'
  need_space_on_vm "$(awk 'NR == 1 { print $4 }' "$ONEBOX_SECRETS/vm")"
  send_image
  # What Terraform remembers and what the VM serves differ after a rollback, or when one of them was
  # killed; then it is released again, whatever the state says.
  serves=$(awk -F '\t' -v e="$ENVIRONMENT" '$1 == e && ($2 == "serving" || $2 == "canary") { print $4, $11 }' "$ONEBOX_SECRETS/vm")
  STEP_NOTE="release $RELEASE"
  STATE_FOLLOWS=1
  if [ "$serves" = "$RELEASE " ]; then return; fi
  if [ -n "$SOUND" ] && [ -z "$CANARY" ]; then
    hand_over
  else
    STATE_FOLLOWS=''
    progress 'terraform apply'
    apply "$ENVIRONMENT" -replace=null_resource.deployment
  fi
}

# state: Terraform's takes over what the VM serves; the VM finds nothing left to do.
state() {
  progress 'terraform apply'
  apply "$ENVIRONMENT"
}

main() {
  parse "$@"
  check_hooks
  open_log deploy
  printf 'Onebox deploys %s\n' "$ENVIRONMENT"
  begin_tools
  if builds; then begin_build; fi
  begin "$ENVIRONMENT"
  step synth synth
  find_server
  ask_vm
  tf_init "$ENVIRONMENT" >>"$ONEBOX_LOG" 2>&1
  if ! builds || has_hook before-deploy; then step image image; fi # the hook is told of the image
  before_deploy
  SOUND=''
  if is_sound; then SOUND=1; else step server server && ask_vm; fi
  if [ -z "${RELEASE:-}" ]; then step image image; fi
  if has_dns; then step dns dns; fi
  step release release
  step verify verify
  if [ -n "$STATE_FOLLOWS" ]; then step state state; fi
  if [ -n "$SOUND" ]; then step server server; fi
  after_work after-deploy "$(if [ -n "$CANARY" ]; then echo canary; else echo served; fi)"
  summary
}

main "$@"
