# shellcheck shell=bash
# An environment's own Postgres. Its definition in docker-compose.yml is a part of the release: a changed one is tried on
# a copy first, and the one of the release that serves is put back when the release fails.

: "${environment:?}" "${dir:?}" "${data:?}" "${run:?}"

readonly database=onebox-$environment-database

# has_database RELEASE: it has one of its own; of no release, or none that is here, it has not.
has_database() { [ -f "$dir/releases/${1:-none}/release.env" ] && [ -n "$(setting "$1" COMPOSE_PROFILES)" ]; }

# database_hash RELEASE: what compose calls the definition. Kept: compose needs half a second for it.
database_hash() {
  local kept=$dir/releases/$1/database-hash
  if [ ! -s "$kept" ]; then
    compose "$1" config --hash database | sed -n 's/^database //p' >"$kept.new" && mv "$kept.new" "$kept" || return 1
  fi
  cat "$kept"
}

# older_hash RELEASE: of the same as it was defined before it had a network of its own and fewer rights: one that was made
# so is good. Kept, too.
older_hash() {
  local kept=$dir/releases/$1/older-database-hash
  if [ ! -s "$kept" ]; then
    compose "$1" -f "${BASH_SOURCE%/*}/older-database.yml" config --hash database | sed -n 's/^database //p' >"$kept.new" && mv "$kept.new" "$kept" || return 1
  fi
  cat "$kept"
}

# definition_now: that of the container that is there; nothing when there is none.
definition_now() { docker inspect -f '{{index .Config.Labels "com.docker.compose.config-hash"}}' "$database" 2>/dev/null || true; }

# database_now NAME: the definition that it was made of, how often it was started again, and its health; where nothing
# looks at that, it is healthy while it runs.
database_now() {
  docker inspect -f '{{index .Config.Labels "com.docker.compose.config-hash"}} {{.RestartCount}} {{if ne .State.Status "running"}}{{.State.Status}}{{else}}{{with .State.Health}}{{.Status}}{{else}}healthy{{end}}{{end}}' "$1" 2>/dev/null
}

# database_fits RELEASE: it is healthy, and as the release defines it.
database_fits() {
  local hash health
  if ! has_database "$1"; then return 0; fi
  read -r hash _ health < <(database_now "$database") || return 1
  [ "$health" = healthy ] || return 1
  [ "$hash" = "$(database_hash "$1")" ] || [ "$hash" = "$(older_hash "$1")" ]
}

# wait_database NAME SECONDS: until it is healthy; 1 when it has ended, or had to be started again.
wait_database() {
  local deadline=$((SECONDS + $2)) before restarts health
  read -r _ before _ < <(database_now "$1") || return 1
  while read -r _ restarts health < <(database_now "$1"); do
    if [ "$health" = healthy ]; then return 0; fi
    if [ "$restarts" -gt "$before" ] || [ "$health" = exited ] || [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    sleep 0.1
  done
  return 1
}

# database_says NAME [SINCE]: why it does not run, in its own words: the last line in which Postgres gives up, else the last one.
database_says() {
  local said
  said=$(docker logs ${2:+--since "$2"} --tail 100 "$1" 2>&1) || said='it has no log'
  last_line "$(grep -E 'FATAL|PANIC|ERROR|rror:' <<<"$said" || echo "${said:-it said nothing}")"
}

# start_database RELEASE: as the release defines it, and waits; on failure, why is in $run/database.
start_database() {
  local said project
  install -d -m 0755 "$data/postgres"
  project=$(docker inspect -f '{{index .Config.Labels "com.docker.compose.project"}}' "$database" 2>/dev/null) || project=onebox-$environment
  if [ "$project" != "onebox-$environment" ]; then docker rm -fv "$database" >/dev/null; fi # somebody has made it by hand
  if ! said=$(PATIENCE=900 compose "$1" up -d --no-deps database 2>&1); then
    last_line "$said" >"$run/database"
    return 1
  fi
  if ! reach "$1" "$(release_in "$(serving)")" 2>"$run/database"; then return 1; fi
  if wait_database "$database" 180; then
    definition_now >"$dir/releases/$1/database-hash" # another compose may call the same definition otherwise
    return 0
  fi
  database_says "$database" >"$run/database"
  return 1
}

# begin_database RELEASE: the first one of the environment, for which there is nothing to compare with.
begin_database() {
  local said
  install -d -m 0755 "$data/postgres"
  said=$(PATIENCE=900 compose "$1" up --no-start --no-deps database 2>&1) || { last_line "$said" >"$run/database" && return 1; }
  (need_own_places "$database" "$environment") | sed 's/^onebox: error: //' >"$run/database" || return 1
  start_database "$1"
}

# bring_database RELEASE: what the step does, and a rollback: nothing, when it is as the release defines it.
bring_database() {
  local wanted now serves why
  if ! has_database "$1"; then return 0; fi
  if database_fits "$1"; then
    reach "$1" || die "the database could not be reached by the app of $1"
    return 0
  fi
  wanted=$(database_hash "$1")
  serves=$(release_in "$(serving)")
  now=$(definition_now)
  if [ -z "$now" ] && has_database "$serves"; then now=$(database_hash "$serves"); fi
  if [ -z "$now" ] || [ "$now" = "$wanted" ]; then
    start_database "$1" || die "the database did not become healthy: $(cat "$run/database")"
    return 0
  fi
  say "the definition of $environment's database has changed: a copy of it is tried first"
  try_database "$1"
  if [ -n "$upgrade_to" ]; then
    say "note: $environment's data are carried over to $upgrade_to; visitors get the maintenance page meanwhile"
    upgrade_database "$1" "$upgrade_to"
    return 0
  fi
  say "note: $environment's database restarts with its new definition; requests wait for it, for 30 s at most"
  hold_requests
  if ! start_database "$1"; then
    why=$(cat "$run/database")
    put_back_database "$serves" || true # at once: visitors wait; it has said what is wrong
    die "the database did not start with its new definition: $why"
  fi
  let_go
}

# put_back_database RELEASE: what serves has its own database again; its visitors wait until then. 1 when it has not.
put_back_database() {
  local wrong=0
  if ! database_fits "$1"; then
    if [ "$(definition_now)" != "$(database_hash "$1")" ]; then
      say "the database rolls back to the definition of $1"
      hold_requests
    fi
    start_database "$1" || { wrong=1 && say "error: the database did not start with the definition of $1: $(cat "$run/database")"; }
  fi
  reach "$1" || { wrong=1 && say "error: the database could not be reached by the app of $1"; }
  let_go
  return "$wrong"
}
