# shellcheck shell=bash
# Where an environment's database is reached: in a network that leads nowhere, in which is nobody but the app. Releases from
# before it look for the database where Traefik is too. One that was made for those is in both while they may run, and
# then, without being started again, in the one alone. Source it after database.sh.

: "${environment:?}" "${dir:?}" "${database:?}"

# by_data RELEASE: its app looks for the database in the network of its own.
by_data() {
  # shellcheck disable=SC2016 # compose replaces it
  grep -qs 'name: onebox-${ONEBOX_ENVIRONMENT}-data$' "$dir/releases/$1/compose.yml"
}

# in_network NETWORK: the database is.
in_network() { [[ " $(docker inspect -f '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' "$database" 2>/dev/null)" == *" $1 "* ]]; }

# reach RELEASE...: from here on the database is where their apps look for it too, and where it sends its backups from.
reach() {
  local release network there
  for release; do
    if ! has_database "$release"; then continue; fi
    network=onebox-$environment there=''
    if by_data "$release"; then network+=-data; fi
    if in_network "$network"; then there=1; fi
    if by_data "$release"; then
      # Docker has compose make them.
      if [ -z "$there" ]; then PATIENCE=900 compose "$release" up --no-start --no-recreate --no-deps database >/dev/null 2>&1 || return 1; fi
      # That one reaches the internet: a database without backups stays out of it, though it may be left from before.
      if [ -f "$dir/releases/$release/pgbackrest.conf" ]; then docker network connect "onebox-$environment-backups" "$database" 2>/dev/null || true; fi # it may be there
    fi
    if [ -z "$there" ] && ! in_network "$network"; then docker network connect --alias db "$network" "$database" || return 1; fi
  done
}

# withdraw_database RELEASE: nobody but the app of what serves reaches it any more. Whoever is connected in the other
# network has to connect again, as after a restart: requests wait meanwhile. Killed here, systemd lets them go.
withdraw_database() {
  local network=onebox-$environment subnet address end_all each pid
  if ! by_data "$1" || ! in_network "$network" || ! in_network "$network-data"; then return 0; fi
  subnet=$(docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' "$network")
  address=$(docker inspect -f "{{(index .NetworkSettings.Networks \"$network\").IPAddress}}" "$database")
  say "note: $environment's database leaves the network that Traefik is in; requests wait for a moment"
  hold_requests
  end_all="SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_addr <<= '$subnet'"
  as onebox <<<"$end_all" >/dev/null 2>&1 || as app <<<"$end_all" >/dev/null # which may not be parted yet
  docker network disconnect "$network" "$database"
  # What has connected between the two would wait for answers that never come.
  for each in blue green; do # a standby, or the release under trial, may have such connections too
    pid=$(docker inspect -f '{{.State.Pid}}' "$(container "$each")" 2>/dev/null) || continue
    if [ "${pid:-0}" -gt 0 ]; then nsenter -t "$pid" -n ss -K dst "$address" >/dev/null 2>&1 || true; fi
  done
  let_go
}
