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
for part in versions sources lock side-by-side packages docker npm terraform providers linters python clients scanner builders traefik images; do
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

# What each part waits for; "npm|packages": for packages only where there is no npm. Programs that Go builds come one after another: a build takes all cores by itself,
# and what it shares with the next one is then there. Only npm's packages tell which cloud is wanted.
PARTS=(
  'packages:'
  'docker: packages'
  'npm: npm|packages'
  'terraform: curl|packages unzip|packages'
  'providers: terraform go|packages'
  'debian: docker npm'
  'node: debian'
  'postgres: debian'
  'registry: debian'
  'server: debian'
  'traefik: debian providers'
  'linters: providers'
  'clients: linters'
  'builders: clients traefik'
  'scanner: packages'
)

clean_up() {
  end_running
  rm -rf "$CACHE/tmp/setup.$$".*
  unlock_cache
}

main() {
  local start
  start=$(now)
  PROVIDED=''
  parse "$@"
  if [ "$CLOUD" = app ]; then
    command -v npm >/dev/null || side_by_side 'packages:'
    side_by_side 'npm:'
    exit 0
  fi
  # shellcheck disable=SC2034 # side-by-side.sh reads it: where packages can't be installed, that is said first
  if may_install; then EARLY=1; fi
  side_by_side "${PARTS[@]}"
  if [ -n "$PROVIDED" ]; then
    printf '  %s %-12s %-44s %8s\n' ✓ setup 'all of it' "$(since "$start")" >&3
  elif [ -z "${ONEBOX_QUIET_SETUP:-}" ]; then
    printf '  %s %-12s %-44s %8s\n' ✓ setup 'everything is here' "$(since "$start")" >&3
  fi
}

main "$@"
