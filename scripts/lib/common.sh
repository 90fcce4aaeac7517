# shellcheck shell=bash disable=SC2034 # names that other files use
# What every script shares: strict mode, the exit codes, and, from steps.sh, steps with their times.
# Bash 3.2 (macOS) is enough. Source it first: . "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

set -euo pipefail
shopt -s inherit_errexit 2>/dev/null || true # bash < 4.4 has no such option
umask 077

unset CDPATH # with it, cd prints
if [ -z "${HOME:-}" ]; then
  unset HOME
  HOME=~ # as the system has it
  export HOME
fi
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
ONEBOX_DIR=$ROOT/.onebox
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/onebox
NODE=$ROOT/node_modules/.bin/node
PLAIN_TEXT=$ROOT/cli/bin/plain-text.ts
export NODE_COMPILE_CACHE=$ONEBOX_DIR/node # halves the start of each program in cli/bin
VERBOSE=${ONEBOX_VERBOSE:-}
SCRATCH=''

exec 3>&2 # what a person must read, also while a step's own output goes to the log

# usage: prints the "# Usage:" comment block of the running script.
usage() { sed -n '/^# Usage:/,/^[^#]/{/^#/{s/^# \{0,1\}//;p;};}' "$0"; }

# refuse LINE: wrong usage or configuration, nothing touched. Exit code 2.
refuse() {
  close_step '✗'
  printf '%s: %s\n' "$(basename "$0")" "$1" >&3
  exit 2
}

# fail LINE [NEXT]: the work failed. Exit code 1; NEXT says what to do.
fail() {
  close_step '✗'
  printf '%s: %s\n' "$(basename "$0")" "$1" >&3
  if [ -n "${2:-}" ]; then printf '  next: %s\n' "$2" >&3; fi
  exit 1
}

# now: seconds since some moment, with tenths where bash can tell them.
now() { printf '%s' "${EPOCHREALTIME:-$SECONDS}" | tr , .; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f s", b - a }'; }

# sha256 ARGS: sha256sum, which macOS has by another name.
sha256() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# visible: passes on what programs and VMs say, without what a terminal or a CI runner would obey.
visible() { if [ -x "$NODE" ]; then "$NODE" "$PLAIN_TEXT"; else cat; fi; }

# remove_left PATH...: what processes that were killed could not remove. A name is KIND.PID, or KIND.PID.MORE.
remove_left() {
  local left pid
  for left in "$@"; do
    pid=${left##*/} pid=${pid#*.}
    if [ -O "$left" ] && ! kill -0 "${pid%%.*}" 2>/dev/null; then rm -rf "$left"; fi
  done
}

# shellcheck source=steps.sh
. "$ROOT/scripts/lib/steps.sh"

# on_exit: every script's last act. Reports a step that broke off, then cleans up, whatever became of the report:
# each of these runs in a shell of its own, so that a command of it that fails, or a name that is not set, ends
# nothing else.
on_exit() {
  local code=$?
  trap - EXIT
  trap '' INT TERM HUP # a second Ctrl-C must not leave what is decrypted
  set +eu
  (set -u && account_for "$code")
  if [ -n "${STEP_OPEN:-}" ]; then
    # A program's own code, such as 125 of Docker's, means nothing to who called this script.
    case $code in 0 | 2 | 3 | 130 | 143) ;; *) code=1 ;; esac
  fi
  stop_ticker
  if declare -F clean_up >/dev/null; then (clean_up); fi
  if [ -n "$SCRATCH" ]; then rm -rf "$SCRATCH"; fi
  exit "$code"
}

# account_for CODE: says why this script ends, unless it has been said.
account_for() {
  if [ "$1" -eq 0 ]; then return; fi
  if [ -n "${STEP_OPEN:-}" ]; then
    report "$1" "$STEP_OPEN"
    return
  fi
  case $1 in
    [1-4] | 130 | 141 | 143) ;; # whoever ended with these has said why, or nobody listens any more
    *) printf '%s: a program ended with exit code %s, between two steps%s\n' "$(basename "$0")" "$1" "${ONEBOX_LOG:+; the whole output: $ONEBOX_LOG}" >&3 ;;
  esac
}
trap on_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
