#!/bin/sh
# Builds the image of this commit, once, pushes it and prints its name by digest (cli/commands/image.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" image.sh "$@"
