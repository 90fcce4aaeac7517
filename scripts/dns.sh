#!/bin/sh
# Shows the DNS records that the hosts of the configuration need, and whether they are there (cli/commands/dns.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" dns.sh "$@"
