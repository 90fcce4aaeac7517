#!/bin/sh
# Deploys one environment: creates the VM when there is none, then releases the app on it (cli/commands/deploy.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" deploy.sh "$@"
