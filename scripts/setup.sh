#!/usr/bin/env bash
# Provides what the other scripts need. What is there is used; else it comes from its official
# source; else it is built from packages, once, and kept in the user's cache directory.
#
# Usage: scripts/setup.sh [app|local|hetzner] [options]
#
#   app         only what npm run dev needs
#   local       also the images of the local cloud (Linux only)
#   hetzner     what a deploy to Hetzner needs
#               neither: as onebox.config.ts says
#   --tests     also what scripts/test.sh calls: linters, clients of the Hetzner Cloud API, sslyze
#   --verbose   show the programs' own output
#   --help      this text
#
# Exit codes: 0 all is there; 1 a download or build failed; 2 it can't be done from here, with the
# command to run. It can be interrupted and run again at any time; docs/toolchain.md says the rest.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
for part in versions sources lock packages docker npm terraform providers linters python clients scanner builders images; do
  # shellcheck disable=SC1090
  . "$ROOT/toolchain/$part.sh"
done

# shellcheck disable=SC2034 # toolchain/packages.sh and clients.sh read WITH_TESTS
parse() {
  CLOUD='' WITH_TESTS=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --tests) WITH_TESTS=1 ;;
      --verbose) export ONEBOX_VERBOSE=1 VERBOSE=1 ;;
      app | local | hetzner)
        [ -z "$CLOUD" ] || refuse "one cloud at a time; \"$1\" is one too many"
        CLOUD=$1
        ;;
      *) refuse "unknown argument \"$1\"; see scripts/setup.sh --help" ;;
    esac
    shift
  done
}

# part NAME: NAME_is_here asks, cheaply; provide_NAME does, holding the lock.
part() {
  if "${1}_is_here"; then return; fi
  open_log setup
  lock_cache
  # Another setup may have provided it while this one waited.
  if "${1}_is_here"; then return; fi
  PROVIDED=1
  step "$1" "provide_$1"
}

# wants_images: whether the cloud is the local one, and lacks some. A configuration with problems
# wants nothing: who called this reports them.
wants_images() {
  if images_is_here; then return 1; fi
  if [ -z "$CLOUD" ]; then
    CLOUD=$("$NODE" "$ROOT/operator/bin/print-config.ts" 2>/dev/null | sed -n 's/^CLOUD=//p') || true
  fi
  [ "$CLOUD" = local ]
}

clean_up() {
  rm -rf "$CACHE/tmp/setup.$$".*
  unlock_cache
}

main() {
  local start
  start=$(now)
  PROVIDED=''
  parse "$@"
  if [ "$CLOUD" = app ]; then
    command -v npm >/dev/null || part packages
    part npm
    exit 0
  fi
  part packages
  part docker
  part npm
  part terraform
  part providers
  part linters
  part clients
  part scanner
  part builders
  if wants_images; then
    [ "$(uname -s)" = Linux ] || refuse 'the local cloud needs Linux; on this system use cloud: "hetzner"'
    part images
  fi
  if [ -z "$PROVIDED${ONEBOX_QUIET_SETUP:-}" ]; then
    printf '  %s %-12s %-44s %8s\n' ✓ setup 'everything is here' "$(since "$start")" >&3
  fi
}

main "$@"
