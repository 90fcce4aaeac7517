#!/usr/bin/env bash
# Gives a canary all of the traffic, unless it had more errors or slower answers than its elder.
#
# Usage: scripts/promote.sh stage|prod [options]
#
#   --force           even if it did worse
#   --wait [SECONDS]  wait for a deploy that is under way instead of leaving (default 600)
#   --config FILE     another configuration than onebox.config.ts
#   --verbose         show Terraform's own output
#   --help            this text
#
# Exit codes as of scripts/deploy.sh. scripts/rollback.sh withdraws a canary.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/image.sh"
. "$ROOT/scripts/lib/outcome.sh"
. "$ROOT/scripts/lib/operate.sh"
. "$ROOT/scripts/lib/hooks.sh"

main() {
  parse_operation "$@"
  check_hooks
  open_log promote
  printf 'Onebox promotes the canary of %s\n' "$ENVIRONMENT"
  begin "$ENVIRONMENT"
  step synth synth
  need_server
  remember_previous
  AFTER=after-deploy
  step promote operate promote
  step state agree
  step verify verify
  after_work after-deploy served
  summary
}

main "$@"
