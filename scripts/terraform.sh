#!/usr/bin/env bash
# Runs Terraform on one stack with the variables, credentials and state that a deploy would use.
#
# Usage: scripts/terraform.sh [--config FILE] server|dns|stage|prod COMMAND...
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
  case $stack in server | dns) ;; *) need_environment "$stack" ', or server or dns' ;; esac
  shift
  [ $# -gt 0 ] || refuse 'name a command of Terraform, such as plan'
  open_log terraform
  case $stack in server | dns) begin_quietly ;; *) begin_quietly "$stack" ;; esac
  if [ "$stack" = dns ] && ! keeps_zones; then refuse 'no DNS zone is kept; see docs/dns.md'; fi
  find_server
  case $stack in server | dns) ;; *) serving_release "$stack" ;; esac
  tf_init "$stack" >>"$ONEBOX_LOG" 2>&1
  tf "$stack" "$@"
}

main "$@"
