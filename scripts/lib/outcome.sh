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

# verify: as a visitor, through the public address. Maintenance always answers. A certificate that is still to come
# is waited for.
verify() {
  local host code deadline patience=10
  if [ "$CFG_HTTPS" = true ]; then patience=90; fi
  host=$(host_of "$ENVIRONMENT")
  deadline=$((SECONDS + patience))
  until look "$host" && code=0 || { code=$? && [ "$code" -eq 4 ]; }; do
    if [ "$SECONDS" -gt "$deadline" ]; then
      echo "error: $host at $ADDRESS does not answer 200 on $CFG_READINESS with release $RELEASE, but: $SEEN" && return 1
    fi
    sleep 0.1
  done
  if [ "$code" -eq 4 ]; then STEP_NOTE="$host is in maintenance; $RELEASE is behind it"; else STEP_NOTE="$host answers with $RELEASE"; fi
}

summary() {
  local host
  host=$(host_of "$ENVIRONMENT")
  printf '\n%s serves release %s (commit %s) after %s s. Try:\n\n' "$ENVIRONMENT" "$RELEASE" "$(short_commit)" "$SECONDS"
  printf '  curl --resolve %s:%s:%s %s%s://%s%s\n\n' "$host" "$(if [ "$CFG_HTTPS" = true ]; then echo 443; else echo 80; fi)" \
    "$ADDRESS" "${CFG_ROOTS:+--cacert $CFG_ROOTS }" "$CFG_SCHEME" "$host" "${CFG_VERSION:-$CFG_READINESS}"
}
