# shellcheck shell=bash
# One setup at a time works on this user's cache; a second one waits for it.

# lock_cache: file descriptor 9 holds the lock where flock exists; the kernel frees it with the
# process. Elsewhere (macOS) a directory that names its owner.
lock_cache() {
  if [ -n "${LOCKED:-}" ]; then return; fi
  mkdir -p "$CACHE"
  if command -v flock >/dev/null; then
    exec 9>"$CACHE/setup.lock"
    flock -n 9 || { say_waiting && flock 9; }
  else
    local said=''
    until mkdir "$CACHE/setup.lock.d" 2>/dev/null; do
      if break_stale_lock; then continue; fi
      if [ -z "$said" ]; then say_waiting && said=1; fi
      sleep 1
    done
    printf '%s\n' $$ >"$CACHE/setup.lock.d/pid"
  fi
  LOCKED=1
  # What killed runs have left. What such a run had started holds the lock until it has ended.
  remove_left "$CACHE"/tmp/*
}

unlock_cache() {
  if [ -z "${LOCKED:-}" ] || command -v flock >/dev/null; then return 0; fi
  rm -rf "$CACHE/setup.lock.d"
}

say_waiting() { printf '  … %-12s waiting for another setup to end\n' setup >&3; }

# break_stale_lock: removes the lock of a process that has ended.
break_stale_lock() {
  local pid
  pid=$(cat "$CACHE/setup.lock.d/pid" 2>/dev/null) || return 1
  if [ -z "$pid" ] || kill -0 "$pid" 2>/dev/null; then return 1; fi
  rm -rf "$CACHE/setup.lock.d"
}
