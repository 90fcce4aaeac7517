# shellcheck shell=bash
# Is the new release worse than the old one? Judged by Traefik's own counts.

# worse NEW OLD: prints why, or nothing; both are what `measure` counts. Reads are compared with reads and writes
# with writes: in the watch the new one gets reads only. Two errors and a share 5 points above the old one's; or, from
# 10 requests on, on average 0.5 s more than four times the old one's time, if that had any. One error, or one slow
# answer, can be anybody's.
worse() {
  awk -v new="$1" -v old="$2" 'BEGIN {
    split(new, n); split(old, o)
    why = judge("reads", n[1], n[2], n[3], o[1], o[2], o[3])
    if (why == "") why = judge("writes", n[4], n[5], n[6], o[4], o[5], o[6])
    print why
  }
  function judge(kind, n, e, s, on, oe, os) {
    if (n > 0 && e >= 2 && e / n > (on > 0 ? oe / on : 0) + 0.05)
      return sprintf("%d of its %d %s were answered with errors (before: %d of %d)", e, n, kind, oe, on)
    if (n >= 10 && on > 0 && s / n > 4 * os / on + 500)
      return sprintf("its %d %s took %d ms on average (before: %d took %d ms)", n, kind, s / n, on, os / on)
    return ""
  }'
}

# since BEFORE AFTER: the difference of two measurements.
since() {
  local before after at difference=()
  read -ra before <<<"$1"
  read -ra after <<<"$2"
  for at in "${!after[@]}"; do difference+=($((after[at] - ${before[at]:-${after[at]}}))); done
  echo "${difference[*]}"
}

# as_long OLD LEAST: milliseconds within which requests may be answered that wait: what `worse` allows the average
# where the old one's reads take long themselves, up to a minute; LEAST at the least.
as_long() {
  awk -v old="$1" -v least="$2" 'BEGIN {
    split(old, o)
    long = o[1] > 0 ? 4 * o[3] / o[1] + 500 : 0
    if (long > 60000) long = 60000
    printf "%d", (long > least) ? long : least
  }'
}

# watch NEW OLD SECONDS: compares both from now on; dies when the new one is worse or has ended.
watch() {
  local new=$1 old=$2 release from_new from_old at idle counted before why answered waiting began took
  release=$(release_in "$new")
  from_new=$(measure "$new")
  from_old=${OLD_BEFORE:-$(measure "$old")}
  at=$(address "$new")
  idle=$(connections "$at")
  if [ "$3" -eq 0 ]; then return 0; fi
  began=$(now) # by the clock: on a busy VM a look takes longer than the pause before it
  while :; do
    sleep 0.25
    running "$new" || explain "$new" "$release"
    counted=$(since "$from_new" "$(measure "$new")")
    before=$(since "$from_old" "$(measure "$old")")
    why=$(worse "$counted" "$before")
    if [ -n "$why" ]; then die "release $release is worse than the one before: $why"; fi
    took=$(($(now) - began))
    if [ "$took" -lt $(($3 * 1000)) ]; then continue; fi
    # Traefik counts a request when it ends: one that does not only shows as a connection. Idle ones are
    # never more than the requests that have ended.
    read -r answered _ <<<"$counted"
    waiting=$(($(connections "$at") - idle))
    if [ "$waiting" -lt $((2 * answered + 3)) ]; then return 0; fi
    if [ "$took" -ge "$(as_long "$before" $(($3 * 1000)))" ]; then
      die "release $release is worse than the one before: $waiting of its requests wait for an answer, $answered had one within $((took / 1000)) s"
    fi
  done
}
