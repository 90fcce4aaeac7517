#!/bin/sh
# Runs all tests there are as a step of a workflow, and keeps one issue about them (cli/commands/ci/nightly.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/nightly.sh "$@"
