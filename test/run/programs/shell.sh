#!/usr/bin/env bash
# Checks all shell: ShellCheck, then the form that shfmt gives it. With nothing changed since both were content it
# is: they take half a minute of a processor.
# Usage: test/run/programs/shell.sh

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

BEGINNING='^(#!.*bash|#!\/bin\/sh|# shellcheck shell=(ba)?sh)'

# scripts: the files whose first line says that they are shell, each ended by a null; app/ is the user's own.
scripts() {
  git grep -lzE --untracked -e "$BEGINNING" -- ':!app/' \
    | xargs -0 awk "FNR == 1 && /$BEGINNING/ { printf \"%s%c\", FILENAME, 0 }"
}

# checked: what the result depends on, in one line.
checked() {
  {
    scripts | xargs -0 cksum
    cksum test/run/programs/shell.sh
    shellcheck --version
    shfmt --version
  } | git hash-object --stdin
}

main() {
  local stamp=.onebox/tests/shell.sum now
  now=$(checked)
  if [ "$now" = "$(cat "$stamp" 2>/dev/null)" ]; then
    printf 'nothing has changed since all of it was good\n'
    return
  fi
  scripts | xargs -0 shellcheck -x
  scripts | xargs -0 shfmt -d -i 2 -ci -bn
  mkdir -p .onebox/tests
  printf '%s\n' "$now" >"$stamp"
}

main
