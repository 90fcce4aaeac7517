#!/usr/bin/env bash
# Runs the app on this computer with a Postgres of its own, and starts it again whenever a file in
# server/ changes, pending migrations first. Ctrl-C ends all of it; nothing is left.
#
# Usage: scripts/dev.sh [--help]   (or: npm run dev)
#
#   PORT=3000          where the app listens; a free port when that one is taken
#   DATABASE_URL=URL   an existing database instead of one that is made and goes again
#   LOG_LEVEL=info     how much the app tells
#
# Exit codes: 0 ended by Ctrl-C; 1 there is no database to be had; 2 wrong usage.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

main() {
  case ${1:-} in
    -h | --help) usage && exit 0 ;;
    '') ;;
    *) refuse "unknown argument $1; see scripts/dev.sh --help" ;;
  esac
  ONEBOX_QUIET_SETUP=1 "$ROOT/scripts/setup.sh" app
  trap - INT TERM HUP EXIT
  exec "$NODE" "$ROOT/server/dev/main.ts" 3>&-
}

main "$@"
