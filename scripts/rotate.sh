#!/bin/sh
# Exchanges keys and other secrets that Onebox can make itself, without an outage (cli/commands/rotate.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" rotate.sh "$@"
