#!/bin/sh
# Starts, stops and looks at the local cloud: the Hetzner Cloud API on this computer (cli/commands/cloud.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" cloud.sh "$@"
