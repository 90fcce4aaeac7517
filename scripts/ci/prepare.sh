#!/bin/sh
# Makes a workflow's runner fit for the local cloud (cli/commands/ci/prepare.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/prepare.sh "$@"
