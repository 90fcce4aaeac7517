#!/bin/sh
# Runs the tests as a step of a workflow, and tells what they counted (cli/commands/ci/test.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/test.sh "$@"
