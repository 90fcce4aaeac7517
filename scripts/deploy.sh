#!/usr/bin/env bash
# Deploys one environment: creates the VM when there is none, then releases the app on it.
#
# Usage: scripts/deploy.sh stage|prod [options]
#
#   stage             the image of this commit, built and pushed when the registry lacks it
#   prod              the image that stage serves
#   --image REF       another image, by tag or digest
#   --config FILE     another configuration than onebox.config.ts
#   --verbose         show Terraform's and Docker's own output
#   --help            this text
#
# Exit codes: 0 done; 1 failed, the old release serves; 2 wrong usage or configuration, nothing
# touched; 3 another deploy holds the environment. It can be interrupted and run again at any time.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/image.sh"

parse() {
  ENVIRONMENT='' REFERENCE=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --verbose) export ONEBOX_VERBOSE=1 VERBOSE=1 ;;
      --config) use_config "${2:-}" && shift ;;
      --image)
        [ -n "${2:-}" ] || refuse '--image needs an image reference'
        REFERENCE=$2 && shift
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
}

image() {
  if [ -n "$REFERENCE" ]; then
    image_by_name "$REFERENCE"
  elif [ "$ENVIRONMENT" = stage ]; then
    image_of_commit
  else
    image_of_stage
  fi
  prepare_release
}

server() {
  progress 'terraform apply'
  apply server
  find_server
  STEP_NOTE=$ADDRESS
}

environment() {
  need_space_on_vm
  progress 'terraform apply'
  apply "$ENVIRONMENT"
  STEP_NOTE="release $RELEASE"
}

# verify: as a visitor, through the public address.
verify() {
  local host
  host=$(host_of "$ENVIRONMENT")
  for _ in $(seq 20); do
    if curl -sS -m 5 -o /dev/null -D - --resolve "$host:80:$ADDRESS" "http://$host$CFG_READINESS" \
      | grep -qi "^x-onebox-release: $RELEASE"; then
      STEP_NOTE="$host answers with $RELEASE"
      return
    fi
    sleep 0.5
  done
  echo "error: $host at $ADDRESS does not answer with release $RELEASE" && return 1
}

# after_failure: what users see now, and what to do; common.sh calls it.
after_failure() {
  local serves=''
  if [ -n "${ADDRESS:-}" ]; then
    serves=$(on_vm /opt/onebox/bin/status 2>/dev/null | awk -F '\t' -v e="$ENVIRONMENT" \
      '$1 == e && $5 == "running" { print "release " $3 " (commit " substr($4, 1, 7) ")" }') || serves=''
  fi
  printf '  %s serves now: %s\n' "$ENVIRONMENT" "${serves:-nothing that could be asked}" >&3
  printf '  next: mend what is named above and run this again; nothing has to be cleaned up\n' >&3
}

summary() {
  local host
  host=$(host_of "$ENVIRONMENT")
  printf '\n%s serves release %s (commit %s) after %s s. Try:\n\n' "$ENVIRONMENT" "$RELEASE" "$(short_commit)" "$SECONDS"
  printf '  curl --resolve %s:80:%s http://%s%s\n\n' "$host" "$ADDRESS" "$host" "$CFG_VERSION"
}

main() {
  parse "$@"
  open_log deploy
  printf 'Onebox deploys %s\n' "$ENVIRONMENT"
  begin "$ENVIRONMENT"
  step synth synth
  find_server
  step image image
  step server server
  step release environment
  step verify verify
  summary
}

main "$@"
