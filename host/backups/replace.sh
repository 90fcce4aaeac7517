# shellcheck shell=bash
# Data from a dump, in the place of an environment's own. Source it after environment.sh and host/release/database.sh.

: "${environment:?}" "${run:?}" "${database:?}" "${least:?}"

# replace_data FILE: the dump comes in the place of all that the app has there, or nothing does: pg_restore commits at its
# end, also what is there before it, and one that ends early does not. What the programs say goes to $run/copied and
# $run/unread.
replace_data() {
  local code=0 watching
  : >"$run/copied"
  : >"$run/lack"
  contents "$1" >"$run/contents" 2>"$run/unread" || return 1
  watch_space &
  watching=$!
  { echo 'BEGIN;' && cat "${BASH_SOURCE%/*}/empty.sql" && restored "$1"; } 2>"$run/unread" \
    | PATIENCE=86400 in_database -v ON_ERROR_STOP=1 -o /dev/null >"$run/copied" 2>&1 || code=$?
  kill "$watching" 2>/dev/null || true
  return "$code"
}

# in_database OPTIONS: psql as the app's role, by a name that end_session knows.
in_database() { docker exec -i -e PGAPPNAME=onebox-load "$database" psql -qX -U app -d app "$@"; }

# contents FILE: what of it is restored, as pg_restore lists it: not the extensions that are there, which may be the superuser's.
contents() {
  local there
  there=$(in_database -At <<<'SELECT extname FROM pg_extension') || return 1
  docker exec -i "$database" pg_restore --list <"$1" | there=$there awk '
    BEGIN { split(ENVIRON["there"], names); for (i in names) has[names[i]] }
    $2 == 3079 && $4 == "EXTENSION" && $6 in has { next }
    $2 == 0 && $4 " " $5 " " $6 == "COMMENT - EXTENSION" && $7 in has { next }
    { print }'
}

# restored FILE: the SQL that makes it. The list comes before the dump: the database sees no file of ours.
restored() {
  # shellcheck disable=SC2016 # it is for the shell there
  cat "$run/contents" "$1" | PATIENCE=86400 docker exec -i "$database" bash -c '
    list=$(mktemp) && trap "rm -f \"$list\"" EXIT && head -c "$1" >"$list" \
      && pg_restore --single-transaction --clean --if-exists --no-owner --no-tablespaces --use-list "$list" -f -' \
    restored "$(stat -c %s "$run/contents")"
}

# watch_space: ends what is loaded before it fills the volume, which would end every database there.
watch_space() {
  while sleep 1; do
    volume_has "$least" 'what is loaded must leave' >"$run/lack" || { end_session && return; }
  done
}

# end_session: one whose client is gone may not know of it yet.
end_session() {
  in_database <<<"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'onebox-load' AND pid <> pg_backend_pid()" >/dev/null 2>&1 || true
}

# why_not_replaced: in one line.
why_not_replaced() {
  { grep . "$run/lack" || grep -m 1 -i error "$run/unread" "$run/copied" -h || cat "$run/copied"; } | grep -m 1 . \
    | sed -e 's/unsupported version .*/&: it is of a newer pg_dump than this Postgres has/' \
      -e 's/lock timeout$/&: a transaction of somebody else holds on to a table/' || echo 'it was broken off'
}
