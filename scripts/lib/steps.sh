# shellcheck shell=bash disable=SC2034 # names that other files use
# Steps: one line each with the time it took, their programs' own output in the log of the run.

# open_log NAME: the file that takes the programs' own output. ONEBOX_LOG is inherited by scripts
# that a script calls, so that one run has one log.
open_log() {
  if [ -z "${ONEBOX_LOG:-}" ]; then
    mkdir -p "$ONEBOX_DIR/log"
    ONEBOX_LOG=$ONEBOX_DIR/log/$1-$(date -u +%Y%m%dT%H%M%SZ)-$$.log
    export ONEBOX_LOG
    : >"$ONEBOX_LOG"
  fi
  make_scratch
}

# make_scratch: SCRATCH, a directory for this process alone.
make_scratch() {
  remove_left "$ONEBOX_DIR"/run.*
  SCRATCH=$ONEBOX_DIR/run.$$
  mkdir -p "$SCRATCH"
}

# step NAME COMMAND...: runs COMMAND in this shell, its output into the log (or shown, with
# --verbose), and prints NAME, a note and the time it took. A function may set STEP_NOTE.
step() {
  open_step "$1"
  shift
  if [ -n "$VERBOSE" ]; then "$@" > >(tee -a "$ONEBOX_LOG" | visible) 2>&1; else "$@" >>"$ONEBOX_LOG" 2>&1; fi
  close_step '✓'
}
# quiet_step NAME COMMAND...: the same, but nothing is shown of what ends well within 2 s.
quiet_step() {
  open_step "$1"
  shift
  "$@" >>"$ONEBOX_LOG" 2>&1
  stop_ticker
  STEP_OPEN=''
}
open_step() {
  STEP_OPEN=$1 STEP_NOTE='' STEP_START=$(now)
  STEP_LOG_FROM=$(wc -c <"$ONEBOX_LOG")
  start_ticker
}

# progress TEXT: what a running step is doing now; shown when the step takes longer than 2 s.
progress() { if [ -n "${TICKER_FILE:-}" ]; then printf '%s' "$1" >"$TICKER_FILE"; fi; }

start_ticker() {
  TICKER_FILE=$SCRATCH/doing
  tick &
  TICKER=$!
}
# tick: every second on a terminal, in one line; in a log after 2 s, then every 15 s.
tick() {
  local from=$SECONDS pause=2 format='  … %-12s %s (%d s)\n' nap=
  if [ -t 3 ]; then pause=1 format='\r\033[K  … %-12s %s (%d s)'; fi
  trap 'kill "$nap" 2>/dev/null; exit 0' TERM
  while kill -0 "$$" 2>/dev/null; do
    sleep "$pause" &
    nap=$!
    wait "$nap" # a signal ends this wait at once, but never a sleep in the foreground
    # shellcheck disable=SC2059
    printf "$format" "$STEP_OPEN" "$(cat "$TICKER_FILE" 2>/dev/null)" $((SECONDS - from)) >&3
    if [ ! -t 3 ]; then pause=15; fi
  done
}
stop_ticker() {
  [ -n "${TICKER:-}" ] || return 0
  kill "$TICKER" 2>/dev/null || true
  wait "$TICKER" 2>/dev/null || true
  rm -f "$TICKER_FILE"
  TICKER='' TICKER_FILE=''
  if [ -t 3 ]; then printf '\r\033[K' >&3; fi
}
# close_step MARK: ends the open step's line.
close_step() {
  [ -n "${STEP_OPEN:-}" ] || return 0
  stop_ticker
  printf '  %s %-12s %-44s %8s\n' "$1" "$STEP_OPEN" "${STEP_NOTE:-}" "$(since "$STEP_START")" >&3
  STEP_OPEN=''
}

# decisive_lines: of what the failed step wrote to the log, the lines that say why: host/'s own where
# it said something, else whatever looks like an error.
decisive_lines() {
  local text
  text=$(tail -c "+$((STEP_LOG_FROM + 1))" "$ONEBOX_LOG" | visible | sed 's/^[a-z_.]* ([a-z-]*): //')
  { grep -E '^( *app: |onebox: (error|the previous))' <<<"$text" \
    || grep -iE 'error|refused|denied|fatal|not found|no space|timed? ?out|unreachable|unhealthy|host key|unable to' <<<"$text" \
    || tail -n 3 <<<"$text"; } | grep . | tail -n 8 || echo 'it said nothing'
}

# report CODE STEP: why a step broke off.
report() {
  close_step '✗'
  case $1 in
    2 | 3) ;; # whoever ended with these has said why
    130 | 143) printf '%s: interrupted in step "%s"; run it again to go on\n' "$(basename "$0")" "$2" >&3 ;;
    *)
      decisive_lines | sed 's/^/    /' >&3
      printf '%s: step "%s" failed; the whole output: %s\n' "$(basename "$0")" "$2" "$ONEBOX_LOG" >&3
      ;;
  esac
}
