#!/bin/sh
# Names a version of this commit by a tag whose text lists what is new (cli/commands/release.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" release.sh "$@"
