# shellcheck shell=bash disable=SC2154 # names that environment.sh, or a command, sets
# Is the new release worse than the old one? Judged by Traefik's own counts.

# worse NEW_REQUESTS NEW_ERRORS NEW_MS OLD_REQUESTS OLD_ERRORS OLD_MS: prints why, or nothing. Two errors
# and a share 5 points above the old one's; or, from 10 requests on, on average 0.5 s more than four
# times the old one's time. One error, or one slow answer, can be anybody's.
worse() {
  awk -v n="$1" -v e="$2" -v s="$3" -v on="$4" -v oe="$5" -v os="$6" 'BEGIN {
    share = n ? e / n : 0; before = on ? oe / on : 0
    mean = n ? s / n : 0; usual = on ? os / on : 0
    if (e >= 2 && share > before + 0.05)
      printf "%d of its %d answers were errors (before: %d of %d)", e, n, oe, on
    else if (n >= 10 && mean > 4 * usual + 500)
      printf "its answers took %d ms on average (before: %d ms)", mean, usual
  }'
}

# since BEFORE AFTER: the difference of two measurements.
since() {
  local before after
  read -ra before <<<"$1"
  read -ra after <<<"$2"
  echo "$((after[0] - before[0])) $((after[1] - before[1])) $((after[2] - before[2]))"
}

# watch NEW OLD SECONDS: compares both from now on; dies when the new one is worse or has ended.
watch() {
  local new=$1 old=$2 from_new from_old at idle counted why answered waiting
  from_new=$(measure "$new")
  from_old=${OLD_BEFORE:-$(measure "$old")}
  at=$(address "$new")
  idle=$(connections "$at")
  for _ in $(seq $(($3 * 4))); do
    sleep 0.25
    running "$new" || explain "$new" "$release"
    counted=$(since "$from_new" "$(measure "$new")")
    # shellcheck disable=SC2046,SC2086
    why=$(worse $counted $(since "$from_old" "$(measure "$old")"))
    if [ -n "$why" ]; then die "release $release is worse than the one before: $why"; fi
  done
  # Traefik counts a request when it ends: one that does not only shows as a connection. Idle ones are
  # never more than the requests that have ended.
  read -r answered _ <<<"${counted:-0}"
  waiting=$(($(connections "$at") - idle))
  if [ "$waiting" -ge $((2 * answered + 3)) ]; then
    die "release $release is worse than the one before: $waiting of its requests wait for an answer, $answered had one within $3 s"
  fi
}
