#!/bin/sh
# Looks at how the repository is set up at GitHub, and says what is missing (cli/commands/ci/check-setup.ts).
self=$(readlink -f "$0") && exec "${self%/*/*}/lib/enter.sh" ci/check-setup.sh "$@"
