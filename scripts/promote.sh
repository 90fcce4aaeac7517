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

run_operation promote after-deploy 'promotes the canary of %' "$@"
