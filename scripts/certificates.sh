#!/usr/bin/env bash
# Shows for how long the certificate of each of an environment's hosts is still good.
#
# Usage: scripts/certificates.sh stage|prod [options]
#
#   --config FILE     another configuration than onebox.config.ts
#   --help            this text
#
# Exit codes: 0 each is good; 1 one is missing, is not to be trusted or ends within a week, which is days
# after it should have been renewed; 2 wrong usage or configuration.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"

main() {
  local environment=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --config) use_config "${2:-}" && shift ;;
      -*) refuse "unknown option $1; see scripts/certificates.sh --help" ;;
      *) environment=$1 ;;
    esac
    shift
  done
  need_environment "$environment"
  open_log certificates
  begin_quietly ''
  [ "$CFG_HTTPS" = true ] || refuse 'onebox.config.ts has no https section; docs/https.md explains it'
  need_server
  "$NODE" "$ROOT/operator/bin/certificates.ts" "$environment" "$ADDRESS"
}

main "$@"
