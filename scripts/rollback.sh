#!/bin/sh
# Rolls back to the previous release, or out of a canary, within a second: that release still runs (cli/commands/rollback.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" rollback.sh "$@"
