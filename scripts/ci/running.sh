#!/bin/sh
# Hands the images that run on the server to later jobs, as a step of a workflow (cli/commands/ci/running.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/running.sh "$@"
