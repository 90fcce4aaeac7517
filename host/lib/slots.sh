# shellcheck shell=bash disable=SC2154 # names that environment.sh, or a command, sets
# Blue and green: where an environment's releases run.

other() { if [ "$1" = blue ]; then echo green; else echo blue; fi; }
container() { echo "onebox-$environment-$1"; }

# serving: the slot that serves; empty before the first release. While a switch is being watched, and
# in a canary, that is still the old one.
serving() {
  local way
  way=$(routed)
  case $way in
    route.*) echo "${way#route.}" ;;
    ?*.*) other "${way##*.}" ;;
  esac
}

# candidate: the slot of a canary; empty when there is none.
candidate() {
  local way
  way=$(routed)
  case $way in canary*) echo "${way##*.}" ;; esac
}

# free_slot: the one to be used next.
free_slot() {
  local now
  now=$(serving)
  if [ -n "$now" ]; then other "$now"; else echo blue; fi
}

# release_in SLOT: what its container was made from; empty when there is none.
release_in() {
  if [ -n "$1" ]; then docker inspect -f '{{index .Config.Labels "onebox.release"}}' "$(container "$1")" 2>/dev/null || true; fi
}

# has_served RELEASE: it served once, so it may be gone back to.
has_served() { [ -n "$1" ] && [ -e "$dir/releases/$1/served" ]; }

address() { docker inspect -f "{{(index .NetworkSettings.Networks \"onebox-$environment\").IPAddress}}" "$(container "$1")"; }

# running SLOT: its container runs and never had to be started again.
running() { [ "$(docker inspect -f '{{.State.Status}} {{.RestartCount}}' "$(container "$1")" 2>/dev/null)" = 'running 0' ]; }

# quiet SLOT SECONDS: waits until Traefik has no connection to it; 1 when some are left.
quiet() {
  local at
  at=$(address "$1" 2>/dev/null) || return 0
  if [ -z "$at" ]; then return 0; fi
  for _ in $(seq $(($2 * 10 + 1))); do
    if [ "$(connections "$at")" -eq 0 ]; then return 0; fi
    sleep 0.1
  done
  return 1
}

# stop_slot SLOT: ends what runs there, after the requests that it still has.
stop_slot() {
  local release
  release=$(release_in "$1")
  if [ -z "$release" ]; then return 0; fi
  quiet "$1" "$(setting "$release" ONEBOX_STREAMS_SECONDS)" || true
  docker stop -t "$(setting "$release" ONEBOX_REQUESTS_SECONDS)" "$(container "$1")" >/dev/null
}

# empty_slot SLOT: stops and removes it.
empty_slot() {
  stop_slot "$1"
  docker rm -f "$(container "$1")" >/dev/null 2>&1 || true # there may be none
}

# start_slot SLOT RELEASE: makes and starts its container; the router does not lead there yet.
start_slot() {
  compose "$2" up -d --no-deps --force-recreate "$1" || return 1
  docker network connect "onebox-$environment" onebox-traefik 2>/dev/null || true # it may be there already
  put "$environment.$1.yml" "$2" "slot.$1"
}

# explain SLOT: the last lines of its container, then why it does not run.
explain() {
  docker logs --tail 20 "$(container "$1")" 2>&1 | sed 's/^/  app: /' || true
  local state code memory
  read -r state code memory < <(docker inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}' "$(container "$1")")
  if [ "$memory" = true ] || [ "$code" -eq 137 ]; then die "the app was killed for its memory; its limit is $(setting "$2" ONEBOX_MEMORY)"; fi
  die "the app ended by itself (state $state, exit code $code)"
}

# wait_ready SLOT RELEASE: until the readiness path answers 200, asked directly: the router leads elsewhere.
wait_ready() {
  local slot=$1 release=$2 path url deadline tries=0
  path=$(setting "$release" ONEBOX_READINESS)
  url=http://$(address "$slot"):$(setting "$release" ONEBOX_PORT)$path
  deadline=$((SECONDS + $(setting "$release" ONEBOX_READY_SECONDS)))
  until curl -fsS -m 2 -o /dev/null "$url" 2>/dev/null; do
    tries=$((tries + 1))
    if [ $((tries % 10)) -eq 0 ] && ! running "$slot"; then explain "$slot" "$release"; fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      docker logs --tail 20 "$(container "$slot")" 2>&1 | sed 's/^/  app: /' || true
      die "the app did not answer 200 on $path within $(setting "$release" ONEBOX_READY_SECONDS) s"
    fi
    sleep 0.05
  done
}

# probe_slot SLOT RELEASE: several answers in time, each from the release that was asked for.
probe_slot() {
  local slot=$1 release=$2 path url answer status
  path=$(setting "$release" ONEBOX_VERSION)
  url=http://$(address "$slot"):$(setting "$release" ONEBOX_PORT)${path:-$(setting "$release" ONEBOX_READINESS)}
  for _ in 1 2 3 4 5; do
    answer=$(curl -sS -m 3 -w '\n%{http_code}' "$url" 2>&1) || die "the app did not answer /${url#http://*/} within 3 s: ${answer##*curl: }"
    status=${answer##*$'\n'}
    case $status in [23]??) ;; *) die "the app answers $status on /${url#http://*/}" ;; esac
    if [ -n "$path" ] && [[ $answer != *"$release"* ]]; then die "the app's answer on $path does not name release $release"; fi
  done
  running "$slot" || explain "$slot" "$release"
}
