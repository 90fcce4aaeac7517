#!/bin/sh
# Lists who can read which secrets and since when, lets people in, and takes them out (cli/commands/members.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" members.sh "$@"
