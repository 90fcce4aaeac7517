#!/bin/sh
# Puts up or takes down the preview of a pull request, as steps of a workflow (cli/commands/ci/preview.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/preview.sh "$@"
