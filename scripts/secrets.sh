#!/bin/sh
# Edits, encrypts, shows and checks the secrets that git-secret keeps in this repository (cli/commands/secrets.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" secrets.sh "$@"
