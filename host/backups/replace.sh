# shellcheck shell=bash
# Data from a dump, in the place of an environment's own. Source it after environment.sh and host/release/database.sh.

: "${environment:?}" "${run:?}" "${database:?}"

# replace_data: the dump on stdin comes in the place of all that the app has there, or nothing does: a script that ends
# early is not committed. What the programs say goes to $run/copied and $run/unread.
replace_data() {
  local psql=(psql -v ON_ERROR_STOP=1 -qX -o /dev/null -U app -d app)
  { echo 'BEGIN;' && cat "${BASH_SOURCE%/*}/empty.sql" && restored && echo 'COMMIT;'; } 2>"$run/unread" \
    | PATIENCE=86400 docker exec -i "$database" "${psql[@]}" >"$run/copied" 2>&1
}

restored() { PATIENCE=86400 docker exec -i "$database" pg_restore --clean --if-exists --no-owner -f -; }

# why_not_replaced: in one line.
why_not_replaced() { { grep -m 1 -i error "$run/unread" "$run/copied" -h || cat "$run/copied"; } | grep -m 1 . || echo 'it was broken off'; }
