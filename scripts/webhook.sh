#!/bin/sh
# Switches the webhook deployer on the VM on or off (cli/commands/webhook.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" webhook.sh "$@"
