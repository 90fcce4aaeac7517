#!/usr/bin/env bash
# Checks all shell: ShellCheck, then the form that shfmt gives it.
# Usage: test/run/programs/shell.sh

. "$(dirname "${BASH_SOURCE[0]}")/../../../scripts/lib/common.sh"

BEGINNING='^(#!.*bash|# shellcheck shell=bash)'

# scripts: the files whose first line says that they are bash, each ended by a null.
scripts() {
  git grep -lzE --untracked -e "$BEGINNING" \
    | xargs -0 awk "FNR == 1 && /$BEGINNING/ { printf \"%s%c\", FILENAME, 0 }"
}

cd "$ROOT"
scripts | xargs -0 shellcheck -x
scripts | xargs -0 shfmt -d -i 2 -ci -bn
