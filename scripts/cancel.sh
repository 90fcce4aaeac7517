#!/usr/bin/env bash
# Ends what is at work on an environment: a release, a rollback or a promotion. What served before serves on.
#
# Usage: scripts/cancel.sh stage|prod [options]
#
#   --config FILE     another configuration than onebox.config.ts
#   --verbose         show the VM's own output
#   --help            this text
#
# Exit codes: 0 done, or nothing was at work; 1 failed; 2 wrong usage or configuration, nothing touched.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/outcome.sh"
. "$ROOT/scripts/lib/hooks.sh"
. "$ROOT/scripts/lib/operate.sh"

cancel() {
  operate cancel || fail "the VM says: $(tail -n 1 "$ONEBOX_SECRETS/operate" | visible)" "scripts/deploy.sh $ENVIRONMENT, which brings the VM up to date"
  STEP_NOTE=$(sed -n 's/^onebox: //p' "$ONEBOX_SECRETS/operate" | head -n 1)
}

main() {
  parse_operation "$@"
  open_log cancel
  printf 'Onebox cancels what is at work on %s\n' "$ENVIRONMENT"
  begin ''
  step synth synth
  need_server
  step cancel cancel
}

main "$@"
