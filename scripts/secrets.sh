#!/usr/bin/env bash
# Edits, encrypts, shows and checks the secrets that git-secret keeps in this repository.
#
# Usage: scripts/secrets.sh edit FILE         opens it in $EDITOR, and encrypts what comes back
#        scripts/secrets.sh hide [--all]      encrypts what lies here in plain text, and removes that
#        scripts/secrets.sh show [FILE...]    prints the names in it; with --values, its text
#        scripts/secrets.sh check             says what is wrong with which file and line
#
#   FILE              .env, or stage, prod or preview for .env.stage and so on
#   --all             also encrypts the others anew: members may have been told of or removed
#   --values          with show: the values too
#   --help            this text
#
# Nothing is replaced or removed before what was encrypted has been opened again and is the same.
# Exit codes: 0 done; 2 something is wrong, and nothing was changed (docs/secrets.md).

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
case " $* " in *' -h '* | *' --help '*) usage && exit 0 ;; esac
ONEBOX_QUIET_SETUP=1 "$ROOT/scripts/setup.sh" app
trap - INT TERM HUP EXIT
exec "$NODE" "$ROOT/cli/commands/secrets.ts" "$@" 3>&-
