#!/bin/sh
# What each door does: sees that Node and the packages are there, then hands over to cli/main.ts.
# Usage: scripts/lib/enter.sh SCRIPT [ARGUMENT…]
root=$(readlink -f "$0") && root=${root%/scripts/lib/enter.sh} || exit 2
unset BASH_ENV CDPATH ENV NODE_ENV NODE_OPTIONS POSIXLY_CORRECT
export NODE_COMPILE_CACHE="$root/.onebox/node" ONEBOX_PROGRAM="scripts/$1"
name=${1%.sh} && shift
packages=$(cd "$root" && cat package-lock.json package.json server/package.json emulator/package.json providers/*/package.json | cksum)
if [ "$packages" != "$(cat "$root/node_modules/.onebox-stamp" 2>/dev/null)" ] || [ ! -x "$root/node_modules/.bin/node" ]; then
  ONEBOX_QUIET_SETUP=1 "$root/scripts/setup.sh" app || exit
fi
exec "$root/node_modules/.bin/node" "$root/cli/main.ts" "$name" "$@"
