#!/usr/bin/env bash
# Shows the logs of an environment, or of the edge.
#
# Usage: scripts/logs.sh stage|prod|edge [options]
#
#   --follow          go on until Ctrl-C
#   --since TIME      from then on, such as 10m or 2026-11-21T08:00:00 (default: the last 100 lines)
#   --service NAME    app (default: both slots), database or traefik
#   --config FILE     another configuration than onebox.config.ts
#   --help            this text

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"

main() {
  local what='' follow='' range='--tail 100' service=app
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --follow) follow=--follow ;;
      --since)
        [[ ${2:-} =~ ^[0-9A-Za-z:.+-]+$ ]] || refuse '--since needs a time such as 10m'
        range="--since $2" && shift
        ;;
      --service)
        [[ ${2:-} =~ ^(app|database|traefik)$ ]] || refuse '--service is app, database or traefik'
        service=$2 && shift
        ;;
      --config) use_config "${2:-}" && shift ;;
      -*) refuse "unknown option $1; see scripts/logs.sh --help" ;;
      *) what=$1 ;;
    esac
    shift
  done
  if [ "$service" = app ]; then service='blue green'; fi
  if [ "$what" = edge ]; then service=traefik; else need_environment "$what" ', or edge'; fi
  open_log logs
  begin_quietly ""
  need_server
  on_vm "docker compose -p onebox-$what logs --no-color $follow $range $service" | visible
}

main "$@"
