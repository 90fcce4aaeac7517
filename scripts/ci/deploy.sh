#!/bin/sh
# Deploys as a step of a workflow, and tells of it in the job's summary (cli/commands/ci/deploy.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/deploy.sh "$@"
