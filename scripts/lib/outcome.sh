# shellcheck shell=bash disable=SC2034 # names that other files use
# How a deploy ended: seen from outside, told to the one who ran it.

# verify: as a visitor, through the public address.
verify() {
  local host
  host=$(host_of "$ENVIRONMENT")
  for _ in $(seq 20); do
    if curl -sS -m 5 -o /dev/null -D - --resolve "$host:80:$ADDRESS" "http://$host$CFG_READINESS" \
      | grep -qi "^x-onebox-release: $RELEASE"; then
      STEP_NOTE="$host answers with $RELEASE"
      return
    fi
    sleep 0.5
  done
  echo "error: $host at $ADDRESS does not answer with release $RELEASE" && return 1
}

# after_failure: what users see now, and what to do; common.sh calls it.
after_failure() {
  local serves=''
  if [ -n "${ADDRESS:-}" ]; then
    serves=$(row_of "$ENVIRONMENT" 2>/dev/null | awk -F '\t' \
      '$5 == "running" { print "release " $3 " (commit " substr($4, 1, 7) ")" }') || serves=''
  fi
  printf '  %s serves now: %s\n' "$ENVIRONMENT" "${serves:-nothing that could be asked}" >&3
  printf '  next: mend what is named above and run this again; nothing has to be cleaned up\n' >&3
}

summary() {
  local host
  host=$(host_of "$ENVIRONMENT")
  printf '\n%s serves release %s (commit %s) after %s s. Try:\n\n' "$ENVIRONMENT" "$RELEASE" "$(short_commit)" "$SECONDS"
  printf '  curl --resolve %s:80:%s http://%s%s\n\n' "$host" "$ADDRESS" "$host" "$CFG_VERSION"
}
