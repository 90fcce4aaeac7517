# shellcheck shell=bash disable=SC2034 # names that other files use
# How a deploy ended: seen from outside, told to the one who ran it.

# as_visitor HOST PATH [ARGS]: asks through the public address; by HTTPS with the certificate verified.
as_visitor() {
  local host=$1 path=$2
  shift 2
  curl -sS -m 5 -o /dev/null --resolve "$host:80:$ADDRESS" --resolve "$host:443:$ADDRESS" \
    ${CFG_ROOTS:+--cacert "$CFG_ROOTS"} "$@" "$CFG_SCHEME://$host$path"
}

# verify: as a visitor, through the public address. A canary answers now and then; maintenance always. A
# certificate that is still to come is waited for.
verify() {
  local host headers deadline=$((SECONDS + 10))
  host=$(host_of "$ENVIRONMENT")
  if [ "$CFG_HTTPS" = true ]; then deadline=$((SECONDS + 90)); fi
  until [ "$SECONDS" -gt "$deadline" ]; do
    headers=$(as_visitor "$host" "$CFG_READINESS" -D -) || headers=''
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
  printf '  curl --resolve %s:%s:%s %s%s://%s%s\n\n' "$host" "$(if [ "$CFG_HTTPS" = true ]; then echo 443; else echo 80; fi)" \
    "$ADDRESS" "${CFG_ROOTS:+--cacert $CFG_ROOTS }" "$CFG_SCHEME" "$host" "${CFG_VERSION:-$CFG_READINESS}"
}
