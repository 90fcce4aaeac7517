#!/bin/sh
# Builds a pull request's image without any login, or pushes it, as steps of two jobs (cli/commands/ci/preview-image.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/preview-image.sh "$@"
