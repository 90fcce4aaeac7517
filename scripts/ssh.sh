#!/usr/bin/env bash
# Opens a shell on the VM, or runs one command there. The host key is checked as in a deploy.
#
# Usage: scripts/ssh.sh [options] [COMMAND...]
#
#   --config FILE     another configuration than onebox.config.ts
#   --help            this text
#
# Exit code: the command's own.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"

main() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --config) use_config "${2:-}" && shift 2 ;;
      --) shift && break ;;
      -*) refuse "unknown option $1; see scripts/ssh.sh --help" ;;
      *) break ;;
    esac
  done
  open_log ssh
  begin_quietly ""
  need_server
  OWN_CODE=1
  on_vm "$@"
}

main "$@"
