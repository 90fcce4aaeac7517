# shellcheck shell=bash
# Who may do what in an environment's database. Postgres' image makes "app" its superuser, who can run programs on the
# server and read its files.

: "${environment:?}"

# as ROLE [DATABASE]: runs the SQL on stdin, on the server's own socket.
as() { docker exec -i -e PGOPTIONS="-cstatement_timeout=60s -cdefault_transaction_read_only=off" "onebox-$environment-database" psql -v ON_ERROR_STOP=1 -v "owner=${OWNER:-app}" -qAtX -U "$1" -d "${2:-app}"; }

# adopt ROLE OWNER: in each database, what the superuser owns becomes OWNER's.
adopt() {
  local name names
  names=$(as "$1" <<<"SELECT datname FROM pg_database WHERE oid >= 16384 AND datallowconn AND NOT datistemplate") || return 1
  for name in $names; do
    OWNER=$2 as "$1" "$name" <"${BASH_SOURCE%/*}/adopt.sql" || return 1
  done
}

# part_roles: "app" owns its databases and is no superuser; that is "onebox" from then on. Each step leaves an app that
# can do its work, and the last one is all or nothing: killed anywhere, the next release goes on from there.
part_roles() {
  local here=${BASH_SOURCE%/*}
  as app <<'EOF' || return 1
SET client_min_messages = warning;
SELECT 'CREATE ROLE onebox_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onebox_app') \gexec
SELECT 'CREATE ROLE onebox_setup SUPERUSER LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onebox_setup') \gexec
EOF
  adopt app onebox_app || return 1
  { echo 'BEGIN;' && cat "$here/adopt.sql" "$here/part.sql"; } | OWNER=onebox_app as onebox_setup || return 1
}

# Whom dumps name that reads and writes an environment's data: they go into another's, too.
readonly data_role="SELECT 'CREATE ROLE app_data' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_data') \gexec"

# again: what the superuser owns nevertheless, by a session that began before, or put there by somebody, becomes the
# app's. psql ends with 2 when there is no such superuser yet.
again() {
  { cat "${BASH_SOURCE%/*}/adopt.sql" && echo "DROP ROLE IF EXISTS onebox_setup; $data_role"; } | as onebox
}

# keep_roles: a database that is busy just now is seen to by the next release.
keep_roles() {
  local code=0 said
  said=$(again 2>&1) || code=$?
  if [ "$code" -eq 2 ]; then
    code=0
    said=$(part_roles 2>&1 && again 2>&1) || code=$?
  fi
  if [ "$code" -ne 0 ]; then say "warning: the app may still be its database's superuser; the next release tries again: ${said##*$'\n'}"; fi
}
