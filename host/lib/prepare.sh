# shellcheck shell=bash disable=SC2034,SC2154 # names that host/release, or environment.sh, set
# The first steps of a release: none of them touches what serves.

# read_incoming: sets incoming, release and ONEBOX_BY: what was brought, and by whom.
read_incoming() {
  incoming=$ONEBOX_INCOMING
  release=$(sed -n 's/^ONEBOX_RELEASE=//p' "$incoming/release.env")
  ONEBOX_BY=$(sed -n 's/^ONEBOX_BY=//p' "$incoming/release.env")
}

# need_volume: refuses when the data volume cannot be written.
need_volume() {
  local probe=/mnt/onebox/.onebox-writable
  { : >"$probe" && rm "$probe"; } 2>/dev/null || die 'the data volume /mnt/onebox cannot be written'
}

# runs_as CONTAINER HASH: it is healthy, and compose made it of that configuration.
runs_as() {
  local now
  now=$(docker inspect -f '{{index .Config.Labels "com.docker.compose.config-hash"}} {{.State.Health.Status}}' "$1" 2>/dev/null) || return 1
  [ "$now" = "$2 healthy" ]
}

# claim: takes the files that were brought. The standby stops from here on, whose slot is needed next; after a
# failure it is started again.
claim() {
  local incoming
  read_incoming
  hold_unit release "$release"
  systemctl stop "onebox-drain-$environment" 2>/dev/null || true # it prunes
  install -d -m 0700 "$dir/releases"
  old=$(serving)
  slot=$(free_slot)
  if [ "$(release_in "$old")" = "$release" ] && [ -z "$(candidate)" ] && running "$old"; then
    rm -rf "$incoming" "$dir/holder" # nothing for the history
    say "$environment serves $release already"
    exit 0
  fi
  if [ -n "$(candidate)" ]; then end_canary; fi
  local served=''
  if has_served "$release"; then served=1; fi
  rm -rf "$dir/releases/$release"
  mv "$incoming" "$dir/releases/$release"
  if [ -n "$served" ]; then touch "$dir/releases/$release/served"; fi
  find_edge || true # once: what asks Traefik from here on runs in subshells
  stop_slot "$slot" &
  stopper=$!
  if [ -n "$old" ]; then OLD_BEFORE=$(measure "$old") || true; fi
}

# end_canary: while there is one, only its own release may come: for another share, or for all of it.
end_canary() {
  if [ "$(release_in "$slot")" != "$release" ]; then
    die "a canary of $(release_in "$slot") is running; scripts/promote.sh or scripts/rollback.sh $environment ends it"
  fi
  if grep -qx 'ONEBOX_CANARY=0' "$incoming/release.env"; then
    rm -rf "$incoming"
    exec "$bin/promote" "$environment"
  fi
  mv "$incoming/routes" "$incoming/release.env" "$dir/releases/$release/"
  step switch && switch
  finish
  exit 0
}

# check: what needs no more than a processor goes on while the image is pulled.
check() {
  chmod 0600 "$dir/releases/$release"/*
  compose "$release" config --hash '*' >"$run/hashes" 2>&1 &
  configurer=$!
  need_volume
  install -d -m 0755 "$data"
  tidy_routes
  "$bin/check-release" "$environment" "$release" "$slot" "$old" >"$run/checked" 2>&1 &
  checker=$!
}

# about IMAGE: its architecture, and what its build said of the migrations in it.
about() { docker image inspect -f '{{.Architecture}} {{index .Config.Labels "onebox.migrations"}}' "$1" 2>/dev/null; }

pull() {
  local image architecture why found
  image=$(setting "$release" ONEBOX_IMAGE)
  if ! found=$(about "$image"); then
    say 'pulling the image'
    why=$(DOCKER_CONFIG=$dir/releases/$release docker pull -q "$image" 2>&1 >/dev/null) \
      || die "the image $image could not be pulled: ${why##*$'\n'}"
    found=$(about "$image")
  fi
  read -r architecture migrations <<<"$found"
  if [ "$architecture" != "$(dpkg --print-architecture)" ]; then
    die "the image is for $architecture, this VM is $(dpkg --print-architecture)"
  fi
}

# database: compose needs half a second to find that there is nothing to do; its own hash tells at once.
database() {
  wait "$configurer" || die "docker compose refuses the configuration: $(tail -n 1 "$run/hashes")"
  if [ -z "$(setting "$release" COMPOSE_PROFILES)" ]; then return 0; fi
  if runs_as "onebox-$environment-database" "$(sed -n 's/^database //p' "$run/hashes")"; then return 0; fi
  install -d -m 0755 "$data/postgres"
  compose "$release" up -d --wait database || die 'the database did not become healthy'
}

# migrate: not when the last migration of this environment had the same files and the same secrets, so the
# same database, before it.
migrate() {
  local done=$data/migrated key
  : >"$dir/releases/$release/migrations"
  if [ -z "$(setting "$release" ONEBOX_MIGRATE)" ]; then return 0; fi
  key="$migrations $(sha256sum <"$dir/releases/$release/app.env")"
  if [ -n "$migrations" ] && [ "$(head -n 1 "$done" 2>/dev/null)" = "$key" ]; then
    say 'the migrations are those of the release before'
  else
    run_migrations
    { printf '%s\n' "$key" && sed -n 's/^needs //p' "$run/migrated"; } >"$done.new"
    mv "$done.new" "$done"
  fi
  tail -n +2 "$done" >"$dir/releases/$release/migrations"
}

run_migrations() {
  compose "$release" run --rm -T --no-deps migrate >"$run/migrated" 2>&1 || {
    sed -e '/^needs /d' -e 's/^/  app: /' "$run/migrated"
    die "the migration failed: $(tail -n 1 "$run/migrated" | sed 's/^migrate: failed: //')"
  }
  grep -v '^needs ' "$run/migrated" || true
}
