#!/usr/bin/env bash
# Goes back to the release before, or out of a canary, within a second: that release still runs.
#
# Usage: scripts/rollback.sh stage|prod [options]
#
#   --to RELEASE      an older one, as scripts/releases.sh lists them
#   --force           also across a migration that took something away (docs/migrations.md)
#   --wait [SECONDS]  wait for a deploy that is under way instead of leaving (default 600)
#   --config FILE     another configuration than onebox.config.ts
#   --verbose         show Terraform's own output
#   --help            this text
#
# Migrations are never undone. Exit codes as of scripts/deploy.sh.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/image.sh"
. "$ROOT/scripts/lib/outcome.sh"
. "$ROOT/scripts/lib/operate.sh"
. "$ROOT/scripts/lib/hooks.sh"

run_operation rollback after-rollback 'rolls % back' "$@"
