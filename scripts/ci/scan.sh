#!/bin/sh
# Holds a vulnerability scan against the budget, as a step of a workflow (cli/commands/ci/scan.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/scan.sh "$@"
