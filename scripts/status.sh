#!/usr/bin/env bash
# Shows what each environment serves.
#
# Usage: scripts/status.sh [options]
#
#   --json            for machines: a list of environment, url, address, image, release, commit,
#                     digest, state, health, since (RFC 3339)
#   --config FILE     another configuration than onebox.config.ts
#   --help            this text

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"

main() {
  local format=table
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --json) format=json ;;
      --config) use_config "${2:-}" && shift ;;
      *) refuse "unknown argument $1; see scripts/status.sh --help" ;;
    esac
    shift
  done
  open_log status
  begin_quietly ""
  find_server
  : >"$ONEBOX_SECRETS/rows"
  if [ -n "$ADDRESS" ]; then
    on_vm /opt/onebox/bin/status >"$ONEBOX_SECRETS/rows" 2>"$ONEBOX_SECRETS/errors" \
      || fail "the VM at $ADDRESS does not answer: $(tail -n 1 "$ONEBOX_SECRETS/errors")" 'run this again'
  fi
  "$NODE" "$ROOT/operator/bin/print-status.ts" "$format" "$ADDRESS" "$(host_of stage)" "$(host_of prod)" <"$ONEBOX_SECRETS/rows"
}

main "$@"
