#!/bin/sh
# Makes the GPG key with which the pipeline opens the secrets, and lets it read them (cli/commands/ci-key.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" ci-key.sh "$@"
