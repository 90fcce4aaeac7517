# shellcheck shell=bash disable=SC2034 # names that other files use
# How a deploy ended: seen from outside, told to the one who ran it.

# as_visitor HOST PATH [ARGS]: asks through the public address; by HTTPS with the certificate verified.
as_visitor() {
  local host=$1 path=$2
  shift 2
  curl -sS -m 5 -o /dev/null --resolve "$host:80:$ADDRESS" --resolve "$host:443:$ADDRESS" \
    ${CFG_ROOTS:+--cacert "$CFG_ROOTS"} "$@" "$CFG_SCHEME://$host$path"
}

# look HOST: what a visitor gets there on the readiness path: sets SEEN to its status, or to curl's reason, and
# returns 0 when it is an answer of RELEASE's, 4 when it is the maintenance page. A preview may want a password, or
# other addresses: then the answer is Traefik's own, and what stands behind it was asked on the VM.
look() {
  local answer status
  if ! answer=$(as_visitor "$1" "$CFG_READINESS" -D - -w 'status %{http_code}\n' 2>&1); then
    SEEN=${answer##*curl: }
    return 1
  fi
  status=${answer##*status }
  SEEN="HTTP $status"
  if grep -qi '^x-onebox-maintenance:' <<<"$answer"; then return 4; fi
  case $ENVIRONMENT:$status in
    *:200) grep -qi "^x-onebox-release: $RELEASE" <<<"$answer" ;;
    preview-*:401 | preview-*:403) ;;
    *) return 1 ;;
  esac
}

# verify: as a visitor, through the public address, by each host. A canary answers now and then; maintenance
# always. A certificate that is still to come is waited for.
verify() {
  local host code deadline patience=10
  if [ "$CFG_HTTPS" = true ]; then patience=90; fi
  for host in $(visited_hosts); do
    deadline=$((SECONDS + patience))
    until look "$host" && code=0 || { code=$? && [ "$code" -eq 4 ]; }; do
      if [ "$SECONDS" -gt "$deadline" ]; then
        echo "error: $host at $ADDRESS does not answer 200 on $CFG_READINESS with release $RELEASE, but: $SEEN" && return 1
      fi
      sleep 0.1
    done
  done
  host=$(host_of "$ENVIRONMENT")
  if [ "$code" -eq 4 ]; then STEP_NOTE="$host is in maintenance; $RELEASE is behind it"; else STEP_NOTE="$host answers with $RELEASE"; fi
}

# visited_hosts: every host that the app answers for.
visited_hosts() {
  case $ENVIRONMENT in
    preview-*) host_of "$ENVIRONMENT" ;;
    *) hosts_of "$ENVIRONMENT" | tr , ' ' ;;
  esac
}

# is_served: each host answers with RELEASE, or shows the maintenance page; one that does not is asked again for 5 s,
# because an answer may be late on a busy VM.
is_served() {
  local host deadline=$((SECONDS + 5))
  for host in $(visited_hosts); do
    until look "$host" || [ $? -eq 4 ]; do
      if [ "$SECONDS" -ge "$deadline" ]; then
        echo "$host does not answer with $RELEASE, but: $SEEN"
        return 1
      fi
      sleep 0.2
    done
  done
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
