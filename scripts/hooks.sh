#!/usr/bin/env bash
# Git hooks for this clone. They are optional: scripts/test.sh looks at the same, and more.
#
# Usage: scripts/hooks.sh COMMAND
#
#   install   before each commit, looks at what is staged: secrets in plain text, Biome, ShellCheck, shfmt
#   remove    no hooks any more
#   --help    this text
#
# It sets git's core.hooksPath for this clone to scripts/git-hooks, nothing else.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

hooks_path() { git -C "$ROOT" config --local core.hooksPath || true; }

main() {
  case "$*" in
    -h | --help) usage && exit 0 ;;
    install | remove) ;;
    '') refuse 'which command? install or remove (--help)' ;;
    *) refuse "unknown: $* (--help)" ;;
  esac
  git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1 || refuse 'this is no git clone'
  case "$1:$(hooks_path)" in
    install:scripts/git-hooks) printf 'the hooks are installed already\n' ;;
    # .githooks is where they were
    install: | install:.githooks) git -C "$ROOT" config core.hooksPath scripts/git-hooks && printf 'installed; scripts/hooks.sh remove undoes it\n' ;;
    remove:scripts/git-hooks | remove:.githooks) git -C "$ROOT" config --unset core.hooksPath && printf 'removed\n' ;;
    remove:) printf 'there are none\n' ;;
    *) refuse "core.hooksPath is $(hooks_path), which is not ours; see git config core.hooksPath" ;;
  esac
}

main "$@"
