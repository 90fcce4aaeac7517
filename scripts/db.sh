#!/bin/sh
# Opens an environment's database, dumps it, loads a dump, or shows its size (cli/commands/db.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" db.sh "$@"
