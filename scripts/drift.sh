#!/bin/sh
# Looks for what differs from what was deployed, made by hand or not brought by a deploy yet, and for certificates that were not renewed (cli/commands/drift.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" drift.sh "$@"
