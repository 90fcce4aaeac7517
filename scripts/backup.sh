#!/bin/sh
# Backs an environment's database up, shows its backups, or tries whether they restore (cli/commands/backup.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" backup.sh "$@"
