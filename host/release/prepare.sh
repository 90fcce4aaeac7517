# shellcheck shell=bash
# What a release and a preview have in common before their app starts: none of it touches what serves.

: "${dir:?}" "${data:?}" "${run:?}" "${ONEBOX_BY=}"

# shellcheck source=host/release/pull.sh
. /opt/onebox/host/release/pull.sh

# read_incoming: sets incoming, release and ONEBOX_BY: what was brought, and by whom.
read_incoming() {
  incoming=$ONEBOX_INCOMING
  release=$(setting_in "$incoming" ONEBOX_RELEASE)
  ONEBOX_BY=$(setting_in "$incoming" ONEBOX_BY)
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

# about IMAGE: its architecture, and what its build said of the migrations in it.
about() { docker image inspect -f '{{.Architecture}} {{index .Config.Labels "onebox.migrations"}}' "$1" 2>/dev/null; }

pull() {
  local image architecture why found
  image=$(setting "$release" ONEBOX_IMAGE)
  if ! found=$(about "$image"); then
    say 'pulling the image'
    why=$(DOCKER_CONFIG=$dir/releases/$release PATIENCE=900 pull_image "$image") \
      || die "the image $image could not be pulled: $(last_line "${why:-it took longer than 900 s}")"
    found=$(about "$image")
  fi
  read -r architecture migrations <<<"$found"
  if [ "$architecture" != "$(dpkg --print-architecture)" ]; then
    die "the image is for $architecture, this VM is $(dpkg --print-architecture)"
  fi
}

# migrate: not when the last migration of this environment had the same files and the same secrets, so the
# same database, before it.
migrate() {
  local done=$data/migrated key
  : >"$dir/releases/$release/migrations"
  if [ -z "$(setting "$release" ONEBOX_MIGRATE)" ]; then return 0; fi
  key="$migrations $(app_hash "$release")"
  if [ -n "$migrations" ] && [ "$(head -n 1 "$done" 2>/dev/null)" = "$key" ]; then
    say 'the migrations are those of the previous release'
  else
    run_migrations
    { printf '%s\n' "$key" && sed -n 's/^needs //p' "$run/migrated"; } >"$done.new"
    mv "$done.new" "$done"
  fi
  tail -n +2 "$done" >"$dir/releases/$release/migrations"
}

# run_migrations: what the app says never stands at the beginning of a line: host/release/operate would take it for ours.
run_migrations() {
  local code=0 own=''
  if [ -f "$dir/releases/$release/database-rights" ]; then own=1 && let_owner_in; fi
  run_image "$run/migrated" migrate || code=$?
  if [ -n "$own" ]; then put_owner_out; fi
  sed -e '/^needs /d' -e 's/^/  app: /' "$run/migrated"
  if [ "$code" -eq 124 ]; then die "the migration had not ended after $(migration_seconds) s (app.migrateTimeout), so it was ended"; fi
  if [ "$code" -ne 0 ]; then die "the migration failed: $(tail -n 1 "$run/migrated" | sed 's/^migrate: failed: //')"; fi
}

# need_command: an ENTRYPOINT in shell form would start the app, and never the command.
need_command() {
  local entry
  entry=$(docker image inspect -f '{{json .Config.Entrypoint}}' "$(setting "$release" ONEBOX_IMAGE)" 2>/dev/null) || entry=''
  if [[ $entry == '["/bin/sh","-c",'* && ! $entry =~ \$[@*0-9] ]]; then
    die "the image's ENTRYPOINT is in shell form, which takes no command, so neither app.migrate nor previews.seed can run: write ENTRYPOINT [\"program\", …], or CMD"
  fi
}

# run_image FILE ARGS: a command of the new image, as compose's `run` takes it; its words go into FILE.
run_image() {
  local code=0 began=$SECONDS
  need_command
  PATIENCE=$(migration_seconds) compose "$release" run --rm -T --no-deps "${@:2}" </dev/null >"$1" 2>&1 || code=$?
  if [ "$code" -eq 137 ] && [ $((SECONDS - began)) -ge "$(migration_seconds)" ]; then code=124; fi # it had to be killed
  if [ "$code" -eq 124 ]; then end_migration; fi
  return "$code"
}

# migration_seconds: how long one may take; releases from before the setting have none.
migration_seconds() {
  local seconds
  seconds=$(setting "$release" ONEBOX_MIGRATE_SECONDS)
  echo "${seconds:-600}"
}
