#!/bin/sh
# Gives a canary all of the traffic, unless it had more errors or slower answers than the stable release (cli/commands/promote.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" promote.sh "$@"
