#!/bin/sh
# Builds and pushes a commit's image as a step of a workflow, and tells what is in it (cli/commands/ci/image.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/image.sh "$@"
