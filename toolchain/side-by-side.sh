# shellcheck shell=bash disable=SC2034,SC2153 # names that other files use or set
# Runs the parts of a set-up side by side. Each starts when those that it waits for have ended, in a process
# group of its own. What it writes, notes and says goes into files of its own, so that lines never mix.

ENDED=' ' RUNNING=' ' # names of parts, a space around each

# side_by_side ENTRY...: an entry is "NAME: THE PARTS IT WAITS FOR", which stand before it. NAME_is_here asks,
# cheaply; provide_NAME does, holding the lock.
side_by_side() {
  local entry name left=1
  trap 'interrupted 130' INT
  trap 'interrupted 143' TERM HUP
  while [ "$left" -gt 0 ]; do
    left=$#
    for entry in "$@"; do
      name=${entry%%:*}
      if is_in "$RUNNING" "$name"; then collect "$name"; fi
      if ! is_in "$ENDED$RUNNING" "$name" && may_start "${entry#*:}"; then start "$name"; fi
      if is_in "$ENDED" "$name"; then left=$((left - 1)); fi
    done
    if [ "$RUNNING" != ' ' ]; then show_progress && sleep 0.2; fi
  done
}

# interrupted CODE: ends. clean_up, which on_exit calls, must call end_running.
interrupted() {
  local running=${RUNNING//_/ }
  clear_line
  if [ "$RUNNING" != ' ' ]; then
    running=${running# }
    printf '%s: interrupted in: %s; run it again to go on\n' "$(basename "$0")" "${running% }" >&3
  fi
  exit "$1"
}

is_in() { case $1 in *" $2 "*) return 0 ;; *) return 1 ;; esac }

# may_start NAMES: whether the parts of these names have ended. "npm|packages": or npm is there without it.
may_start() {
  local name
  for name in $1; do
    case $name in *'|'*)
      if [ -n "${EARLY:-}" ] && command -v "${name%|*}" >/dev/null; then continue; fi
      ;;
    esac
    is_in "$ENDED" "${name#*|}" || return 1
  done
}

# start NAME: unless it is here.
start() {
  if ! "${1}_is_here"; then
    open_log setup
    lock_cache
    # Another setup may have provided it while this one waited.
    if ! "${1}_is_here"; then
      PROVIDED=1
      start_provider "$1"
      return
    fi
  fi
  ENDED="$ENDED$1 "
}

start_provider() {
  local of=$SCRATCH/$1
  : >"$of.doing"
  set -m # a process group of its own, which can be ended as one
  (
    set +m
    TICKER_FILE=$of.doing STEP_NOTE=''
    "provide_$1"
    printf '%s' "$STEP_NOTE" >"$of.note"
  ) </dev/null >"$of.log" 2>&1 3>"$of.said" &
  set +m
  RUNNING="$RUNNING$1 "
  printf -v "PID_$1" '%s' $!
  printf -v "START_$1" '%s' "$(now)"
  printf -v "TOLD_$1" '%s' $((SECONDS + 2))
  printf -v "SHOWN_$1" 0
}

# collect NAME: its line, if it has ended. Where one has failed, so has the set-up.
collect() {
  local of=$SCRATCH/$1 code=0 pid=PID_$1 began=START_$1
  if kill -0 "${!pid}" 2>/dev/null; then return; fi
  wait "${!pid}" || code=$?
  RUNNING=${RUNNING/ $1 / }
  show_output "$1"
  clear_line
  STEP_OPEN=${1//_/ } STEP_NOTE=$(cat "$of.note" 2>/dev/null || true) STEP_START=${!began}
  STEP_LOG_FROM=$(wc -c <"$ONEBOX_LOG")
  cat "$of.log" >>"$ONEBOX_LOG"
  if [ "$code" = 0 ]; then
    close_step '✓'
    ENDED="$ENDED$1 "
    return
  fi
  end_running
  if [ "$code" = 2 ]; then close_step '✗'; fi # then why
  cat "$of.said" >&3
  exit "$code"
}

# show_progress: on a terminal, what all of them do, in one line; else each after 2 s, then every 15 s.
show_progress() {
  local name began told doing line=''
  for name in $RUNNING; do
    began=START_$name told=TOLD_$name doing=$(<"$SCRATCH/$name.doing")
    if [ -n "$VERBOSE" ]; then
      show_output "$name"
    elif [ -t 3 ]; then
      line="$line · ${doing:-${name//_/ }}"
    elif [ "$SECONDS" -ge "${!told}" ]; then
      printf '  … %-14s %s (%.0f s)\n' "${name//_/ }" "$doing" "$(since "${!began}" | cut -d' ' -f1)" >&3
      printf -v "TOLD_$name" '%s' $((SECONDS + 15))
    fi
  done
  if [ -n "$line" ]; then printf '\r\033[K  …%.76s' "${line# ·}" >&3; fi
}

# show_output NAME: with --verbose, what it has written since the last time.
show_output() {
  [ -n "$VERBOSE" ] || return 0
  local shown=SHOWN_$1
  tail -c "+$((${!shown} + 1))" "$SCRATCH/$1.log" | sed "s/^/$1: /"
  printf -v "SHOWN_$1" '%s' "$(($(wc -c <"$SCRATCH/$1.log")))"
}

clear_line() { if [ -t 3 ]; then printf '\r\033[K' >&3; fi; }

# end_running: ends the parts that run and all that they have started, and waits until that is so.
end_running() {
  local signal
  for signal in INT TERM KILL; do
    if ! signal_running "$signal"; then break; fi
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
      if ! signal_running 0; then break 2; fi
      sleep 0.2
    done
  done
  RUNNING=' '
}

# signal_running SIGNAL: whether there was a process to take it.
signal_running() {
  local name pid code=1
  for name in $RUNNING; do
    pid=PID_$name
    if kill "-$1" -- "-${!pid}" 2>/dev/null; then code=0; fi
  done
  return "$code"
}
