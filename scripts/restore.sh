#!/bin/sh
# Brings an environment's database back to an earlier moment, or into one beside it (cli/commands/restore.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" restore.sh "$@"
