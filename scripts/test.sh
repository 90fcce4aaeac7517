#!/usr/bin/env bash
# Runs the tests: lint, types, unit tests, and what needs machines, from a clone to a local cloud of its own.
# Installs what it needs; leaves nothing running, however it ends.
#
# Usage: scripts/test.sh [options] [SUITE…]
#
#   SUITE             only these, such as: unit kill; --list names all
#   --fast            lint, types and unit tests
#                     neither: everything that a change can break; of large spaces, a sample
#   --long            all of them: every kill point, every fault, 30 previews, 100,000 requests
#   --seed N          chooses the samples as an earlier run did, which has printed it; else the commit does
#   --changed [BASE]  only the suites of what has changed since BASE; else since this branch left
#                     origin/main, or since the commit before
#   --list            names the suites, with the time that each took last
#   --watch           waits for changes, and runs the format check, the types and the fast tests of what
#                     changed; a test that is being written runs alone
#   --help            this text
#
# The last line counts: "N passed, N failed". Exit codes: 0 all passed; 1 something failed; 2 wrong usage.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

main() {
  case " $* " in *' -h '* | *' --help '*) usage && exit 0 ;; esac
  "$ROOT/scripts/setup.sh" app # Node; with good arguments the rest follows
  exec "$NODE" "$ROOT/test/run/main.ts" "$@"
}

main "$@"
