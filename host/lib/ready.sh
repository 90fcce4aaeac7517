# shellcheck shell=bash
# Is the release in a slot fit to serve? It is health-checked directly: Traefik routes elsewhere.

: "${run:?}"

# shellcheck source=host/lib/unready.sh
. "${BASH_SOURCE%/*}/unready.sh"

# last_words SLOT: the last lines of its container.
last_words() { docker logs --tail 20 "$(container "$1")" 2>&1 | sed 's/^/  app: /' || true; }

# explain SLOT RELEASE: why its container does not run, or had to be started again.
explain() {
  local code memory created
  created=$(docker inspect -f '{{.State.OOMKilled}} {{.Created}}' "$(container "$1")")
  memory=${created% *} created=${created#* }
  # Docker forgets the exit code when it starts a container again; its events tell.
  code=$(docker events --since "$created" --until "$(date +%s.%N)" \
    --filter "container=$(container "$1")" --filter event=die --format '{{.Actor.Attributes.exitCode}}' | tail -n 1)
  last_words "$1"
  if [ "$memory" = true ] || [ "$code" = 137 ]; then die "the app was killed for its memory; its limit is $(setting "$2" ONEBOX_MEMORY)"; fi
  if [ "$code" = 0 ]; then die "the app ended by itself, with exit code 0: it has to go on in the foreground, and not as a daemon"; fi
  die "the app ended by itself, with exit code ${code:-unknown}"
}

# find_app SLOT RELEASE: sets app_url, by which the app is health-checked directly, and asked_as, curl's arguments for
# the host that visitors use and the protocol.
find_app() {
  local at
  at=$(address "$1")
  app_url=http://$at:$(setting "$2" ONEBOX_PORT)
  asked_as=(-H "Host: $(setting "$2" ONEBOX_HOST)")
  if by_http2 "$2"; then asked_as+=(--http2-prior-knowledge); fi
}

# wait_ready SLOT RELEASE: until the readiness path answers 200, health-checked directly: the router routes elsewhere.
wait_ready() {
  local slot=$1 release=$2 at port path deadline looked=$SECONDS answer=''
  find_app "$slot" "$release"
  at=${app_url#http://} port=${app_url##*:}
  at=${at%:*}
  path=$(setting "$release" ONEBOX_READINESS)
  deadline=$((SECONDS + $(setting "$release" ONEBOX_READY_SECONDS)))
  # The port first, by bash alone: the app that is starting needs the processor more than twenty runs of curl do.
  # Whoever asks a container that has just ended may get no answer at all, for two minutes.
  until timeout 1 bash -c ": </dev/tcp/$at/$port" 2>/dev/null && answer=$(readiness "$path") && [ "$answer" = 'HTTP 200' ]; do
    if [ "$looked" -ne "$SECONDS" ]; then # about each second
      looked=$SECONDS
      running "$slot" || explain "$slot" "$release"
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      last_words "$slot"
      die "the app did not answer 200 on $path within $(setting "$release" ONEBOX_READY_SECONDS) s: $(unready "$slot" "$release" "$answer")"
    fi
    sleep 0.05
  done
}

# readiness PATH: what the app answers there, or curl's reason why it does not.
readiness() {
  if [ "$1" = "$grpc_health" ]; then
    grpc_readiness
  else
    curl -sS -m 2 -o /dev/null -w 'HTTP %{http_code}' "${asked_as[@]}" "$app_url$1" 2>&1 || true
  fi
}

# grpc_readiness: gRPC answers 200 to everything: whether it is SERVING is in the message, a field of value 1.
grpc_readiness() {
  local said
  install -d -m 0700 "$run"
  said=$(printf '\0\0\0\0\0' | curl -sS -m 2 "${asked_as[@]}" -H 'Content-Type: application/grpc' -H 'TE: trailers' \
    --data-binary @- -o "$run/health" -w 'HTTP %{http_code}' "$app_url$grpc_health" 2>&1) || true
  if [ "$said" = 'HTTP 200' ] && ! printf '\0\0\0\0\2\10\1' | cmp -s - "$run/health"; then
    said='HTTP 200, but not that it is SERVING'
  fi
  echo "$said"
}

readonly grpc_health=/grpc.health.v1.Health/Check

# by_grpc RELEASE: it is asked by gRPC's own health service.
by_grpc() { [ "$(setting "$1" ONEBOX_READINESS)" = "$grpc_health" ]; }

# by_http2 RELEASE: it speaks nothing else. Releases from before the setting speak HTTP/1.1.
by_http2() { [ "$(setting "$1" ONEBOX_PROTOCOL)" = h2c ]; }

# visits URL: five, each on a connection of its own: curl 7.88 cannot use one again that began with HTTP/2.
visits() {
  for _ in 1 2 3 4 5; do
    curl -sS -m 3 "${asked_as[@]}" -w '\nanswered %{http_code}\n' "$1" || return 1
  done
}

# probe_slot SLOT RELEASE: after wait_ready, several answers in time, each from the release that was asked for.
probe_slot() {
  local slot=$1 release=$2 path url answers
  path=$(setting "$release" ONEBOX_VERSION)
  if [ -z "$path" ] && by_grpc "$release"; then return 0; fi # wait_ready has asked all that there is
  url=$app_url${path:-$(setting "$release" ONEBOX_READINESS)}
  if ! answers=$(visits "$url" 2>&1); then
    running "$slot" || explain "$slot" "$release"
    die "the app did not answer /${url#http://*/} within 3 s: ${answers##*curl: }"
  fi
  awk -v release="${path:+$release}" -v path="/${url#http://*/}" '
    release == "" || index($0, release) { named = 1 }
    !/^answered [0-9]+$/ { next }
    $2 !~ /^[23]/ { print "the app answers " $2 " on " path; exit 1 }
    !named { print "the app'"'"'s answer on " path " does not name release " release; exit 1 }
    { named = 0 }' <<<"$answers" >"$run/probed" || die "$(cat "$run/probed")"
  running "$slot" || explain "$slot" "$release"
}
