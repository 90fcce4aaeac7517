#!/bin/sh
# Ends what is at work on an environment: a release, a rollback or a promotion. What served before serves on (cli/commands/cancel.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" cancel.sh "$@"
