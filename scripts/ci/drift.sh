#!/bin/sh
# Looks for drift as a step of a workflow, and keeps one issue about it (cli/commands/ci/drift.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/drift.sh "$@"
