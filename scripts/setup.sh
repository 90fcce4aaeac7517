#!/bin/sh
# Provides what the other scripts need: the npm packages first (lib/packages.sh), then the rest (cli/commands/setup.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" setup.sh "$@"
