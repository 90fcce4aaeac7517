#!/usr/bin/env bash
# Lists an environment's releases: when, what, by whom, how it ended, and whether one can go back to it.
#
# Usage: scripts/releases.sh stage|prod [options]
#
#   --json            for machines: a list, oldest first, of started, action, release, image, commit,
#                     by, result, seconds, kept (it can be rolled back to), serving
#   --config FILE     another configuration than onebox.config.ts
#   --help            this text

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"

main() {
  local format=table environment='' serving=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --json) format=json ;;
      --config) use_config "${2:-}" && shift ;;
      -*) refuse "unknown option $1; see scripts/releases.sh --help" ;;
      *) environment=$1 ;;
    esac
    shift
  done
  need_environment "$environment"
  open_log releases
  begin_quietly ""
  need_server
  serving=$(row_of "$environment" | cut -f 4)
  on_vm "/opt/onebox/bin/releases $environment" \
    | "$NODE" "$ROOT/operator/bin/print-releases.ts" "$format" "${serving:-none}"
}

main "$@"
