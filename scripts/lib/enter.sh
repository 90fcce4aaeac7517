#!/bin/sh
# What each script does: sees that Node and the packages are there, then hands over to cli/main.ts, or to test/run.
# Usage: scripts/lib/enter.sh SCRIPT [ARGUMENT…]
root=$(readlink -f "$0") && root=${root%/scripts/lib/enter.sh} || exit 2
unset BASH_ENV CDPATH ENV NODE_ENV NODE_OPTIONS POSIXLY_CORRECT
export NODE_COMPILE_CACHE="$root/.onebox/node" ONEBOX_PROGRAM="scripts/$1"
name=${1%.sh} node=$root/node_modules/.bin/node && shift
packages=$(cd "$root" && { cat package-lock.json package.json && { cat server/package.json 2>/dev/null || true; } && cat emulator/package.json providers/*/package.json; } | cksum)
if [ "$packages" != "$(cat "$root/node_modules/.onebox-stamp" 2>/dev/null)" ] || [ ! -x "$node" ]; then
  "$root/scripts/lib/packages.sh" "$packages" || exit
fi
case $name in test) unset ONEBOX_PROGRAM && exec "$node" "$root/test/run/main.ts" "$@" ;; esac
# process.exit waits for V8's other threads, of which one that optimizes code may wait for a garbage collection by the thread
# that exits: neither goes on (nodejs/node#54918; seen once in 2,000 starts on a busy computer). So there are none here.
exec "$node" --no-concurrent-recompilation "$root/cli/main.ts" "$name" "$@"
