#!/bin/sh
# Brings the npm packages, and with them the Node that everything else is written for.
# Usage: scripts/lib/packages.sh STAMP   (by enter.sh; STAMP says what the packages are made from)
set -eu
umask 077
root=$(readlink -f "$0") && root=${root%/scripts/lib/packages.sh}
stamp=$root/node_modules/.onebox-stamp node=$root/node_modules/.bin/node log=$root/.onebox/log/npm.log

say() { printf '%s\n' "$1" >&2; }
refuse() { say "setup.sh: $1" && exit 2; }

# need_npm: installs it with apt, as root or through sudo; else says what to run.
need_npm() {
  if command -v npm >/dev/null; then return; fi
  if [ "$(uname -s)" = Darwin ]; then refuse 'missing: npm; run: brew install node'; fi
  command -v apt-get >/dev/null || refuse "missing: npm; install it with this system's package manager"
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || refuse 'missing: npm; run: sudo apt-get install --yes npm'
    set -- sudo -n
  fi
  say '  … packages     apt-get install npm'
  "$@" apt-get update -qq >>"$log" 2>&1 || true # an unreachable extra source is no reason to stop
  "$@" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends npm >>"$log" 2>&1 \
    || refuse "apt-get could not install npm; the whole output: $log"
}

# install: an npm that was told to run no scripts leaves the pinned Node behind.
install() {
  run npm ci --no-audit --no-fund || return
  "$node" --version >>"$log" 2>&1 || run npm rebuild --ignore-scripts=false node || return
  "$node" --version >>"$log" 2>&1
}

# run COMMAND...: waits for it as `interrupted` needs it: a trap has its turn at once, and $npm is the program itself.
run() {
  "$@" >>"$log" 2>&1 &
  npm=$!
  wait "$npm"
}

# interrupted CODE: ends npm, which a shell starts deaf to Ctrl-C when it does not wait for it at once.
interrupted() {
  kill "$npm" 2>/dev/null || true
  say 'setup.sh: interrupted in: npm; run it again to go on'
  exit "$1"
}

mkdir -p "${log%/*}"
cd "$root"
if command -v flock >/dev/null; then exec 9>"$root/.onebox/npm.lock" && flock 9; fi
if [ "$1" = "$(cat "$stamp" 2>/dev/null)" ] && [ -x "$node" ]; then exit; fi # another run has brought them
: >"$log"
need_npm
[ "$(df -Pk "$root" | awk 'NR == 2 { printf "%d", $4 / 1048576 }')" -ge 2 ] || refuse "no disk space: $root needs 2 GB free"
say '  … npm          installs the packages that every script here needs (npm ci)'
rm -f "$stamp"
npm=''
trap 'interrupted 130' INT
trap 'interrupted 143' TERM HUP
if ! install; then
  tail -n 5 "$log" | sed 's/^/    /' >&2
  say "setup.sh: step \"npm\" failed; the whole output: $log" && exit 1
fi
printf '%s\n' "$1" >"$stamp"
say "  ✓ npm          Node $("$node" --version)"
