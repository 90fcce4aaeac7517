#!/bin/sh
# Lists an environment's releases: when, what, by whom, how each ended, and which can be rolled back to (cli/commands/releases.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" releases.sh "$@"
