#!/usr/bin/env bash
# Shows visitors a page with 503 instead of the app, until it is switched off again; deploys go on
# behind it.
#
# Usage: scripts/maintenance.sh stage|prod on|off|status [options]
#
#   --message TEXT         what the page says
#   --retry-after SECONDS  when to try again, for programs and search engines (default 300)
#   --allow ADDRESS[,…]    addresses or networks that get through to the app
#   --config FILE          another configuration than onebox.config.ts
#   --help                 this text
#
# "on" may be given again, with other options. Exit codes as of scripts/deploy.sh.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"

parse() {
  ENVIRONMENT='' ACTION='' MESSAGE='' RETRY_AFTER=300 ALLOW=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --config) use_config "${2:-}" && shift ;;
      --message | --retry-after | --allow)
        [ -n "${2:-}" ] || refuse "$1 needs a value"
        case $1 in --message) MESSAGE=$2 ;; --retry-after) RETRY_AFTER=$2 ;; --allow) ALLOW=$2 ;; esac
        shift
        ;;
      on | off | status) ACTION=$1 ;;
      -*) refuse "unknown option $1; see scripts/maintenance.sh --help" ;;
      *) ENVIRONMENT=$1 ;;
    esac
    shift
  done
  need_environment "$ENVIRONMENT"
  [ -n "$ACTION" ] || refuse "say on, off or status"
  if [ "$ACTION" != on ] && [ "$MESSAGE$ALLOW" != '' ]; then refuse "--message and --allow belong to on"; fi
}

# render: the file for Traefik; refuses options that make no sense.
render() {
  : >"$ONEBOX_SECRETS/maintenance"
  if [ "$ACTION" != on ]; then return; fi
  "$NODE" "$ROOT/operator/bin/maintenance.ts" render "$ENVIRONMENT" "$(hosts_of "$ENVIRONMENT")" "$CFG_HTTPS" \
    "$MESSAGE" "$RETRY_AFTER" "$ALLOW" 2>&3 >"$ONEBOX_SECRETS/maintenance" || exit 2
}

# switch: the VM does it and proves it.
switch() {
  on_vm "/opt/onebox/bin/maintenance $ENVIRONMENT $ACTION" <"$ONEBOX_SECRETS/maintenance"
  STEP_NOTE="$(host_of "$ENVIRONMENT") is $(if [ "$ACTION" = on ]; then echo 'in maintenance'; else echo open; fi)"
}

main() {
  parse "$@"
  open_log maintenance
  begin_quietly ""
  need_server
  if [ "$ACTION" = status ]; then
    on_vm "/opt/onebox/bin/maintenance $ENVIRONMENT status" \
      | "$NODE" "$ROOT/operator/bin/maintenance.ts" describe "$ENVIRONMENT"
  else
    render
    step maintenance switch
  fi
}

main "$@"
