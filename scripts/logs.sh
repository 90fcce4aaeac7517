#!/bin/sh
# Shows the logs of an environment, or of the edge (cli/commands/logs.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" logs.sh "$@"
