# shellcheck shell=bash
# Blue and green: where an environment's releases run.

: "${dir:?}" "${environment:?}"

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

# look_at SLOT...: "SLOT RELEASE RUNS" of each that has a container, RUNS being true or false: visitors wait for each run
# of Docker's client.
look_at() {
  docker inspect -f '{{.Name}} {{index .Config.Labels "onebox.release"}} {{.State.Running}}' "${@/#/onebox-$environment-}" 2>/dev/null \
    | sed "s,^/onebox-$environment-,," || true
}

# has_served RELEASE: it served once, so it may be rolled back to.
has_served() { [ -n "$1" ] && [ -e "$dir/releases/$1/served" ]; }

address() { docker inspect -f "{{(index .NetworkSettings.Networks \"onebox-$environment\").IPAddress}}" "$(container "$1")"; }

# running SLOT: its container runs and never had to be started again.
running() { [ "$(docker inspect -f '{{.State.Status}} {{.RestartCount}}' "$(container "$1")" 2>/dev/null)" = 'running 0' ]; }

# quiet SLOT SECONDS: waits until Traefik has no connection to it; 1 when some are left.
quiet() {
  local at deadline=$((SECONDS + $2))
  at=$(address "$1" 2>/dev/null) || return 0
  if [ -z "$at" ]; then return 0; fi
  until [ "$(connections "$at")" -eq 0 ]; do
    if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    sleep 0.1
  done
}

# stop_slot SLOT: ends what runs there, after the requests that it still has.
stop_slot() {
  local release
  release=$(release_in "$1")
  if [ -z "$release" ]; then return 0; fi
  quiet "$1" "$(setting "$release" ONEBOX_STREAMS_SECONDS)" || true
  end_app "$1" "$release"
}

# end_app SLOT RELEASE: tells it to end, and waits for its requests.
end_app() {
  local seconds
  seconds=$(setting "$2" ONEBOX_REQUESTS_SECONDS)
  PATIENCE=$((seconds + 60)) docker stop -t "$seconds" "$(container "$1")" >/dev/null
}

# empty_slot SLOT: stops and removes it.
empty_slot() {
  stop_slot "$1"
  remove_container "$1"
}

# remove_container SLOT: with the volumes that Docker has made for its image's VOLUMEs: each release has new ones.
remove_container() { docker rm -fv "$(container "$1")" >/dev/null 2>&1 || true; } # there may be none

# start_slot SLOT RELEASE: makes and starts its container; the router does not route there yet.
start_slot() {
  compose "$2" up -d --no-deps --force-recreate "$1" || return 1
  docker network connect "onebox-$environment" onebox-traefik 2>/dev/null || true # it may be there already
  put "$environment.$1.yml" "$2" "slot.$1"
}
