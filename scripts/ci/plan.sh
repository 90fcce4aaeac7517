#!/bin/sh
# Plans a pull request as a step of a workflow (cli/commands/ci/plan.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/plan.sh "$@"
