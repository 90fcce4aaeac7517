#!/bin/sh
# Puts up a preview of a branch (cli/commands/preview.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" preview.sh "$@"
