#!/bin/sh
# Makes a clone your own: fresh secrets, readable by your GPG key instead of the practice identity (cli/commands/init.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" init.sh "$@"
