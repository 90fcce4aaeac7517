#!/bin/sh
# Shows visitors a page with 503 instead of the app, until it is switched off again (cli/commands/maintenance.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" maintenance.sh "$@"
