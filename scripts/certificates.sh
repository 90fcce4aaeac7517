#!/bin/sh
# Shows for how long the certificate of each of an environment's hosts is still good (cli/commands/certificates.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" certificates.sh "$@"
