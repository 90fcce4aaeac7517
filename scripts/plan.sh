#!/bin/sh
# Shows what a deploy would change: the resources, the data at risk, and the price per month now and after (cli/commands/plan.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" plan.sh "$@"
