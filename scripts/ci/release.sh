#!/bin/sh
# Publishes a version as a step of a workflow (cli/commands/ci/release.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/release.sh "$@"
