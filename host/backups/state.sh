# shellcheck shell=bash
# How an environment's backups are. It does not ask the storage, which may hang. Source it after backups.sh.

: "${environment:?}" "${run:?}" "${database:?}" "${settings:?}" "${records:?}"

# log_state: when a segment was stored last; when that failed, if it did since; how many wait, how many megabytes they
# are, and since when.
log_state() {
  timeout 10 docker exec -i "$database" psql -qAtX -F ' ' -U onebox -d postgres <<'EOF' 2>/dev/null || true
SELECT coalesce(to_char(last_archived_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '-'),
  CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity')
    THEN to_char(last_failed_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') ELSE '-' END,
  waiting, waiting * (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size') / 1048576,
  coalesce(to_char(oldest AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '-')
FROM pg_stat_archiver, (SELECT count(*) AS waiting, min(modification) AS oldest
  FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready') AS ready;
EOF
}

# log_why: why storing a segment has failed last, as far as it did in the last minutes; pgBackRest says it in the database's log.
log_why() {
  local said=$run/log.why
  docker logs --since 10m "$database" 2>&1 | tac | sed '/P[0-9]* *ERROR: \[[0-9]*\]: /q' | tac >"$said" || true
  if grep -q 'P[0-9]* *ERROR: \[[0-9]*\]: ' "$said"; then why "$said"; fi
}

# last KIND: sets when, result and what of its record, and passed, when it last did.
last() {
  when='' result='' what='' passed=''
  if [ -f "$records/$1" ]; then IFS=$'\t' read -r when result what <"$records/$1" || true; fi
  if [ -f "$records/$1.passed" ]; then IFS=$'\t' read -r passed _ <"$records/$1.passed" || true; fi
  : "$when" "$result" "$what" "$passed" # for those who source this
}

# begun: since when there are backups.
begun() { cat "$records/begun" 2>/dev/null || true; }

# given_up SINCE: how many segments of the log were given up, by pgBackRest or by host/backups/compose.yml. Postgres repeats
# the whole command, with these words, whenever it fails.
given_up() { docker logs --since "${1:-2000-01-01T00:00:00Z}" "$database" 2>&1 | grep -cE '(^|WARN: )dropped WAL file' || true; }

# most_log: megabytes of log that may wait before it is given up.
most_log() { sed -n 's/^archive-push-queue-max=\([0-9]*\)GiB$/\1/p' "$settings/pgbackrest.conf" | awk '{ print $1 * 1024 }'; }
