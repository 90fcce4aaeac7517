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
. "$ROOT/scripts/lib/outcome.sh"

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
