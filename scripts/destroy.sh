#!/bin/sh
# Takes one environment down, or everything (cli/commands/destroy.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" destroy.sh "$@"
