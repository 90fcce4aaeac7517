#!/bin/sh
# Shows what each environment serves (cli/commands/status.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" status.sh "$@"
