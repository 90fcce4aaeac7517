# shellcheck shell=bash disable=SC2034 # names that other files use
# How a deploy ended: seen from outside, told to the one who ran it.

# verify: as a visitor, through the public address. A canary answers now and then; maintenance always.
verify() {
  local host headers
  host=$(host_of "$ENVIRONMENT")
  for _ in $(seq 100); do
    headers=$(curl -sS -m 5 -o /dev/null -D - --resolve "$host:80:$ADDRESS" "http://$host$CFG_READINESS") || headers=''
    if grep -qi "^x-onebox-release: $RELEASE" <<<"$headers"; then
      STEP_NOTE="$host answers with $RELEASE"
      return
    fi
    if grep -qi '^x-onebox-maintenance:' <<<"$headers"; then
      STEP_NOTE="$host is in maintenance; $RELEASE is behind it"
      return
    fi
    sleep 0.1
  done
  echo "error: $host at $ADDRESS does not answer with release $RELEASE" && return 1
}

# after_failure: what users see now, and what to do; common.sh calls it. Once the work had begun, its
# hook (hooks.sh) is told too.
after_failure() {
  local serves=''
  if [ -n "${ADDRESS:-}" ]; then
    serves=$(row_of "$ENVIRONMENT" 2>/dev/null | awk -F '\t' \
      '$7 == "running" { print "release " $4 " (commit " substr($6, 1, 7) ")" }') || serves=''
  fi
  printf '  %s serves now: %s\n' "$ENVIRONMENT" "${serves:-nothing that could be asked}" >&3
  printf '  next: mend what is named above and run this again; nothing has to be cleaned up\n' >&3
  if [ -n "${AFTER:-}" ]; then after_work "$AFTER" failed; fi
}

summary() {
  local host what="serves release"
  host=$(host_of "$ENVIRONMENT")
  if [ -n "${CANARY:-}" ]; then what="sends $CANARY % of its traffic to release"; fi
  printf '\n%s %s %s (commit %s) after %s s. Try:\n\n' "$ENVIRONMENT" "$what" "$RELEASE" "$(short_commit)" "$SECONDS"
  printf '  curl --resolve %s:80:%s http://%s%s\n\n' "$host" "$ADDRESS" "$host" "${CFG_VERSION:-$CFG_READINESS}"
}
