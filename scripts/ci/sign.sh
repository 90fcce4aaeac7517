#!/bin/sh
# Signs the image that main's job has built of a commit (cli/commands/ci/sign.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/sign.sh "$@"
