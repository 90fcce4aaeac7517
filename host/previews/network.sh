# shellcheck shell=bash
# A preview's network, which leads nowhere unless previews.internet says so. Source it after database.sh.

: "${environment:?}" "${run:?}" "${unit:?}" "${server:?}"

# make_network: Docker has compose make it, with a container that does not run yet. One that leads elsewhere than the
# release says goes first, with what is in it.
make_network() {
  local now wanted
  install -d -m 0700 "$run"
  wanted=$(setting "${release:?}" ONEBOX_INTERNAL) # releases from before the setting have none: theirs leads out
  now=$(docker network inspect -f '{{.Internal}}' "onebox-$environment" 2>/dev/null) || now=''
  if [ -n "$now" ] && [ "$now" != "${wanted:-false}" ]; then
    say "note: the network of $environment is made anew; it cannot be visited until its release serves"
    systemctl stop "$unit.service" 2>/dev/null || true # it may not be there
    remove_container blue
    leave_network onebox-traefik onebox-relief "$server"
    docker network rm "onebox-$environment" >"$run/started" 2>&1 || return 1 # compose might take it as it is
  fi
  compose "$release" up --no-start --no-recreate --no-deps blue >"$run/started" 2>&1 || return 1
  docker network connect "onebox-$environment" onebox-traefik 2>/dev/null || true # it may be there already
}

# leave_network CONTAINER...: takes them out of it.
leave_network() {
  local container
  for container; do
    docker network disconnect -f "onebox-$environment" "$container" 2>/dev/null || true # it may not be connected
  done
}
