#!/bin/sh
# Scans the images that run, as a step of a workflow, and keeps one issue about them (cli/commands/ci/scan-running.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/scan-running.sh "$@"
