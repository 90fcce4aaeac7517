# shellcheck shell=bash
# Brings a database back from its backups, into a directory beside the one that serves: behind everybody else with SOFTLY
# set, as fast as it can without, when somebody waits for it. Source it after backups.sh.

: "${environment:?}" "${run:?}"

readonly restore_log=$run/restored.${0##*/} # what was said; a drill, a restore and a copy may be made at the same time

# why_not: of what $restore_log says of work that has failed, the line that tells.
why_not() { unless_full "$(why "$restore_log")"; }

# haste: sets LIMIT for what somebody waits for.
haste() {
  if [ -z "${SOFTLY:-}" ]; then LIMIT=(--cpus "$(most_processors)"); fi
}

# targets WORDS...: sets TARGET, pgBackRest's options for "--time TIME", "--set BACKUP", "--name POINT" or nothing: all; and
# BEFORE, the second before which a backup must have ended to come there. Along the timeline of what serves: the latest one
# that is stored may be of a restore that failed.
targets() {
  BEFORE=''
  case ${1:-} in
    '') TARGET=() ;;
    --time)
      TARGET=(--type=time "--target=$(date -u -d "$2" '+%Y-%m-%d %H:%M:%S.%6N+00')" --target-action=promote)
      BEFORE=$(date -d "$2" +%s)
      ;;
    --set) TARGET=("--set=$2" --type=immediate --target-action=promote) ;;
    --name) TARGET=(--type=name "--target=$2" --target-action=promote) ;;
    *) die "unknown: $1" ;;
  esac
  if [ "${1:-}" = --set ]; then return 0; fi # it goes no further than the backup
  local timeline
  timeline=$(sql <<<"SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int" 2>/dev/null) || timeline=''
  if [ -n "$timeline" ]; then TARGET+=("--target-timeline=$timeline"); fi
}

# flush_log: has all that was committed until now stored, with one commit after it; 1 when nothing more was stored for a
# minute. After a bulk load, much waits before it.
flush_log() {
  local last stored before='' quiet=0
  last=$(sql postgres <<<'SELECT pg_current_xact_id() \g /dev/null
SELECT pg_walfile_name(pg_switch_wal())' 2>/dev/null) || return 1
  until [ "$quiet" -ge 60 ]; do
    stored=$(sql postgres <<<"SELECT last_archived_wal >= '$last' COLLATE \"C\", last_archived_wal FROM pg_stat_archiver" 2>/dev/null) || stored=$before
    if [[ $stored == t* ]]; then return 0; fi
    if [ "$stored" = "$before" ]; then quiet=$((quiet + 1)); else quiet=0; fi
    before=$stored
    sleep 1
  done
  return 1
}

# fetch PLACE NAME: restores a backup into the directory; what it says goes to $restore_log.
fetch() {
  read_backups
  if fetch_along "$@" ${TARGET[@]+"${TARGET[@]}"}; then return 0; fi
  forked || return 1
  if [[ ${TARGET[*]-} == *--target-timeline=* ]]; then
    fetch_in_history "$@"
    return
  fi
  # Nothing serves that would tell the timeline, and the latest one is not that of the newest backup.
  say 'warning: the newest timeline that is stored is not that of the newest backup, as after a restore that failed; it is restored along its own'
  fetch_along "$@" ${TARGET[@]+"${TARGET[@]}"} --target-timeline=current
}

# forked: whether the backup is not in the history of what serves, which a restore has brought back to before it.
forked() { grep -qE 'forked from backup timeline|not in the history of target timeline' "$restore_log"; }

# fetch_in_history PLACE NAME: the newest backup that is in the history of what serves.
fetch_in_history() {
  local backup
  for backup in $(older_backups "$2"); do
    if fetch_along "$@" "${TARGET[@]}" "--set=$backup"; then return 0; fi
    forked || return 1
  done
  return 1
}

# older_backups NAME: the present database's that come to the target, newest first.
older_backups() {
  beside "$1" --rm --user postgres "${image:?}" pgbackrest "--stanza=$environment" --output=json info 2>/dev/null \
    | grep -oE '"(id|stop)":[0-9]+|"label":"[0-9FDI_-]+"' | tr -d '"' \
    | awk -F : -v before="${BEFORE:-}" '
      $1 == "id" { id = $2 } # at the end, that of the present database
      $1 == "label" { label = $2 }
      $1 == "stop" && (before == "" || $2 < before) { labels[++count] = label; ids[count] = id }
      END { for (; count > 0; count--) if (ids[count] == id) print labels[count] }'
}

# fetch_along PLACE NAME TARGET...
fetch_along() {
  local place=$1 name=$2 how=() LIMIT=("${LIMIT[@]}")
  if [ -n "${SOFTLY:-}" ]; then how=(nice -n 19); fi
  haste
  docker rm -fv "$name" >/dev/null 2>&1 || true # before its directory
  rm -rf "$place"
  install -d -m 0700 -o 999 -g 999 "$place" "$place/pgdata"
  beside "$name" --rm --user postgres -v "$place:/var/lib/postgresql/data" "${image:?}" \
    ${how[@]+"${how[@]}"} pgbackrest "--stanza=$environment" "${@:3}" restore >"$restore_log" 2>&1 \
    || return 1
}

# bring_log: the command by which Postgres has segments of the log brought. Only pgBackRest's 1, for one that is not there, is
# the log's end. Postgres takes anything else for it, too, and would serve without the newest writes, while the storage does
# not answer; but for what is above 127: then it gives up.
bring_log() {
  echo "for n in 1 2 3 4 5; do pgbackrest --stanza=$environment archive-get %f \"%p\"; code=\$?; test \$code -gt 1 -a \$code -lt 128 || exit \$code; sleep 3; done; exit 255"
}

# recover PLACE NAME SETTINGS...: starts Postgres there, with nobody to ask it, and waits until it has come to its target.
# Nobody reads from it until then: for that, Postgres would ask for no lower max_connections and the like than the command of
# the live one has. Prepared transactions come back in any case, and ask for room.
recover() {
  local place=$1 name=$2 LIMIT=("${LIMIT[@]}")
  haste
  beside "$name" -d --user postgres --shm-size 128m -e PGDATA=/var/lib/postgresql/data/pgdata -e POSTGRES_USER=onebox \
    -v "$place:/var/lib/postgresql/data" "${image:?}" postgres -clisten_addresses= -chot_standby=off -cmax_prepared_transactions=1000 \
    "-crestore_command=$(bring_log)" "${@:3}" >"$restore_log" 2>&1 || return 1
  # However long it takes: a log of days is worth waiting for.
  while [ "$(docker inspect -f '{{.State.Running}}' "$name")" = true ]; do
    if [ ! -e "$place/pgdata/recovery.signal" ] && [ "$(within "$name" <<<'SELECT pg_is_in_recovery()' 2>/dev/null)" = f ]; then
      # host/edge/reserve may have let it take no writes when it was backed up.
      within "$name" <<<'ALTER SYSTEM RESET default_transaction_read_only; SELECT pg_reload_conf()' >/dev/null || return 1
      docker logs "$name" 2>&1 | sed -n 's/.*last completed transaction was at log time \([^ ]* [^ ]*\).*/onebox: note: the last change that came back is of \1/p'
      return 0
    fi
    sleep 0.3
  done
  docker logs "$name" 2>&1 | grep -vE 'FATAL: +the database system is ' >"$restore_log" || true # that is to who has asked too early
  return 1
}

# within NAME [DATABASE]: runs the SQL on stdin in a database that was recovered.
within() { docker exec -i "$1" psql -v ON_ERROR_STOP=1 -qAtX -U onebox -d "${2:-postgres}"; }
