#!/usr/bin/env bash
# Runs Terraform on one stack with the variables, credentials and state that a deploy would use.
#
# Usage: scripts/terraform.sh [--config FILE] server|stage|prod COMMAND...
#
#   scripts/terraform.sh server plan
#   scripts/terraform.sh server apply -replace=hcloud_server.server     a new VM, same address and data
#   scripts/terraform.sh stage state list
#
# An environment's image is the one that it serves. Exit code: Terraform's own.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"

main() {
  local stack
  case ${1:-} in -h | --help) usage && exit 0 ;; esac
  if [ "${1:-}" = --config ]; then use_config "${2:-}" && shift 2; fi
  stack=${1:-}
  if [ "$stack" != server ]; then need_environment "$stack" ', or server'; fi
  shift
  [ $# -gt 0 ] || refuse 'name a command of Terraform, such as plan'
  open_log terraform
  if [ "$stack" = server ]; then begin_quietly; else begin_quietly "$stack"; fi
  find_server
  if [ "$stack" != server ]; then serving_release "$stack"; fi
  tf_init "$stack" >>"$ONEBOX_LOG" 2>&1
  tf "$stack" "$@"
}

main "$@"
