#!/bin/sh
# Installs git hooks for this clone, or removes them (cli/commands/hooks.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" hooks.sh "$@"
