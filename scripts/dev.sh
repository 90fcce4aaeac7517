#!/bin/sh
# Runs the app on this computer with a Postgres of its own (cli/commands/dev.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" dev.sh "$@"
