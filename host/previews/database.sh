# shellcheck shell=bash
# One Postgres for all previews; each has a database and a role of its own there, copied from a template.

: "${environment:?}" "${dir:?}" "${data:?}" "${run:?}" "${previews:?}" "${slug:?}"

readonly server=onebox-previews-database

# sql: runs what comes on stdin; secrets are in no argument.
sql() { PATIENCE=330 docker exec -i -e PGOPTIONS="-cstatement_timeout=300s -cdefault_transaction_read_only=off" "$server" psql -v ON_ERROR_STOP=1 -qAtX -U app -d app; }

# there_is DATABASE: prints its name, or nothing.
there_is() { sql <<<"SELECT datname FROM pg_database WHERE datname = '$1'"; }

# password_in FILE: the one that it holds, made when it holds none.
password_in() {
  if [ ! -s "$1" ]; then random >"$1.new" && mv "$1.new" "$1"; fi
  cat "$1"
}

# server_answers: it takes connections.
server_answers() { docker exec "$server" pg_isready -q -U app -h 127.0.0.1 2>/dev/null; }

# server_compose ARGS...: docker compose for the project of the server itself.
server_compose() {
  POSTGRES_PASSWORD=$(password_in "$previews/password") ONEBOX_ENVIRONMENT=previews COMPOSE_PROJECT_NAME=onebox-previews ONEBOX_NETWORK=10.213.0 ONEBOX_INTERNAL=true \
  PATIENCE=900 compose "${release:?}" --profile database "$@"
}

# drop_open_network: of a server from before its network was internal; its previews find it again in a moment.
drop_open_network() {
  local each
  say "note: the previews' database restarts in a network that leads nowhere"
  docker rm -fv "$server" >/dev/null 2>&1 || true
  for each in onebox-traefik onebox-relief; do docker network disconnect -f onebox-previews "$each" 2>/dev/null || true; done
  docker network rm onebox-previews >/dev/null
}

start_server() {
  local wanted inside failed=''
  inside=$(docker network inspect -f '{{.Internal}}' onebox-previews 2>/dev/null) || inside=true
  if [ "$inside" != true ]; then drop_open_network; fi
  install -d -m 0755 "$previews/postgres"
  wanted=$(server_compose config --hash database | sed 's/^database //')
  if ! runs_as "$server" "$wanted"; then
    server_compose up -d --wait --wait-timeout 180 database || failed=1
    limit_database "$server" 1024 256 # it takes 500 connections, and less of the processors than stage's app
  fi
  join_others
  if [ -n "$failed" ]; then die "the previews' database did not become healthy"; fi
}

# join_others: one that was made anew is in no preview's network any more; who made it may have been ended before this.
join_others() {
  local each joined
  joined=$(docker inspect -f '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' "$server" 2>/dev/null) || return 0
  for each in $(slugs); do
    if [[ " $joined" == *" onebox-preview-$each "* ]]; then continue; fi
    docker network connect --alias db "onebox-preview-$each" "$server" 2>/dev/null || true # it may have no network yet
  done
}

# join_server: it is "db" in the preview's network.
join_server() { docker network connect --alias db "onebox-$environment" "$server" 2>/dev/null || true; } # it may be there already

# template_key: templates of the same migrations and the same seed are the same. An image that does not say what
# its migrations are has a template of its own. So has a fork's preview, whose branch is called owner:branch: its image may
# say what it likes, and fill the template with what it likes.
template_key() {
  local whose=''
  case $(setting "$release" ONEBOX_BRANCH) in *%3A*) whose=$environment ;; esac
  printf '%s\n' "${migrations:-$(setting "$release" ONEBOX_IMAGE)}" "$(setting "$release" ONEBOX_MIGRATE)" "$(setting "$release" ONEBOX_SEED)" ${whose:+"$whose"} \
    | sha256sum | cut -c 1-12
}

# template: the preview's own database, copied from that of its migrations. Sets template.
template() {
  template=$(template_key)
  if [ -z "$(setting "$release" COMPOSE_PROFILES)" ]; then return 0; fi
  record template "$template"
  provide_template
  with_lock copy_template
}

# provide_template: that takes as long as migrations and a seed do, or never ends: previews that need no new template
# go on meanwhile.
provide_template() {
  if [ -n "$(there_is "template_$template")" ]; then return 0; fi
  exec 7>/run/onebox/templates.lock
  flock -w $((2 * $(migration_seconds) + 120)) 7 || die 'other previews have been filling their template for too long; run this again'
  make_template
  exec 7>&-
}

# copy_template: a new database has had the template's migrations.
copy_template() {
  local there
  there=$(there_is "preview_$slug")
  make_database
  if [ -z "$there" ]; then printf '%s %s\n' "$migrations" "$(app_hash "$release")" >"$data/migrated"; fi
}

# make_template: migrates and seeds a database once; it gets its name when it is whole.
make_template() {
  local making=making_${template:?} password
  if [ -n "$(there_is "template_$template")" ]; then return 0; fi
  say 'making the database that all previews with these migrations are copied from'
  password=$(random)
  sql <<EOF
SET client_min_messages = warning;
DROP DATABASE IF EXISTS $making WITH (FORCE);
SELECT 'CREATE ROLE template' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'template') \gexec
ALTER ROLE template LOGIN PASSWORD '$password';
CREATE DATABASE $making OWNER template;
REVOKE ALL ON DATABASE $making FROM PUBLIC;
EOF
  export DATABASE_URL=postgres://template:$password@db:5432/$making
  if [ -n "$(setting "$release" ONEBOX_MIGRATE)" ]; then fill_template; fi # without, it is what the image runs
  # shellcheck disable=SC2046 # one word each
  if [ -n "$(setting "$release" ONEBOX_SEED)" ]; then fill_template $(setting "$release" ONEBOX_SEED); fi
  unset DATABASE_URL
  sql <<EOF
ALTER ROLE template NOLOGIN;
ALTER DATABASE $making OWNER TO app;
ALTER DATABASE $making RENAME TO template_$template;
EOF
}

# fill_template [COMMAND...]: runs the image on the database at DATABASE_URL: its migrations, or COMMAND.
fill_template() {
  local said=$run/filled code=0
  run_image "$said" -e DATABASE_URL migrate "$@" || code=$?
  if [ "$code" -eq 0 ]; then return; fi
  sed 's/^/  app: /' "$said"
  if [ "$code" -eq 124 ]; then die "what fills the previews' template had not ended after $(migration_seconds) s (app.migrateTimeout), so it was ended"; fi
  die "the previews' template could not be filled: $(tail -n 1 "$said")"
}

# make_database: the preview's own, with its role; the app and its migrations are told of it.
make_database() {
  local name=preview_$slug password told
  password=$(password_in "$data/password")
  sql <<EOF
SELECT 'CREATE ROLE "$name"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$name') \gexec
ALTER ROLE "$name" LOGIN PASSWORD '$password' CONNECTION LIMIT 20;
SELECT 'CREATE DATABASE "$name" TEMPLATE template_$template' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$name') \gexec
REVOKE ALL ON DATABASE "$name", app, postgres, template1 FROM PUBLIC;
ALTER DATABASE "$name" OWNER TO "$name";
\connect "$name"
REASSIGN OWNED BY template TO "$name";
EOF
  told="{\"environment\":{\"DATABASE_URL\":\"postgres://$name:$password@db:5432/$name\"}}"
  printf '{"services":{"blue":%s,"migrate":%s}}\n' "$told" "$told" >"$dir/releases/$release/database.json"
}

# drop_database: with its role, whoever is connected.
drop_database() {
  if ! docker inspect "$server" >/dev/null 2>&1; then return 0; fi
  docker start "$server" >/dev/null
  for _ in $(seq 100); do if server_answers; then break; fi && sleep 0.1; done
  sql <<EOF
SET client_min_messages = warning;
DROP DATABASE IF EXISTS "preview_$slug" WITH (FORCE);
DROP ROLE IF EXISTS "preview_$slug";
EOF
}

# drop_server: when there is no preview any more.
drop_server() {
  if [ -n "$(slugs)" ]; then return 0; fi
  docker rm -fv "$server" >/dev/null 2>&1 || true                                 # there may be none
  docker network disconnect -f onebox-previews onebox-traefik 2>/dev/null || true # host/edge/replace-traefik joins all
  docker network rm onebox-previews >/dev/null 2>&1 || true
  rm -rf "$previews"
}
