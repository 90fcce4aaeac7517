#!/bin/sh
# Opens a shell on the VM, or runs one command there. The host key is checked as in a deploy (cli/commands/ssh.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" ssh.sh "$@"
