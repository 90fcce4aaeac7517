# shellcheck shell=bash
# What a release does for its database's backups. Source it after recover.sh and timers.sh.

: "${environment:?}" "${dir:?}" "${data:?}" "${run:?}" "${settings:?}" "${records:?}" "${postgres:?}" "${newest:?}" \
  "${restore_log:?}"

# prepare_backups RELEASE: what its database needs before it starts.
prepare_backups() {
  if [ ! -f "$dir/releases/$1/pgbackrest.conf" ]; then return 0; fi
  database_image "$1" && use_settings "$1"
}

# follow_backups RELEASE: when its database runs.
follow_backups() {
  if [ ! -f "$dir/releases/$1/pgbackrest.conf" ]; then
    if [ ! -e "$settings" ]; then return 0; fi
    unschedule
    rm -rf "$settings" "$records"
    return 0
  fi
  schedule
  install -d -m 0700 "$records"
  if [ ! -e "$records/begun" ]; then date -u +%Y-%m-%dT%H:%M:%SZ >"$records/begun"; fi
}

# first_backup: begins once a release has ended, however it did: it reads all of the data, and on a new VM, which has just
# restored them, somebody waits for the app.
first_backup() {
  if backs_up && [ ! -e "$records/backup" ]; then systemctl start --no-block "onebox-backup@$environment.service"; fi
}

# first_database RELEASE: the first start of an environment's database on this VM.
first_database() {
  echo 'it is said above' >"$run/database"
  prepare_backups "$1"
  if backs_up && [ ! -e "$postgres/pgdata/PG_VERSION" ]; then begin_data "$1"; fi
  begin_database "$1"
}

# begin_data RELEASE: a database that is not here yet begins with what its backups hold, or empty where there are none. Of
# two databases, one would spoil the other's backups.
begin_data() {
  local wanted stored
  wanted=$(setting "$1" ONEBOX_FROM_BACKUP)
  stored=$(beside "$worker_of_release" --rm --user postgres "${image:?}" pgbackrest "--stanza=$environment" info 2>&1) || true
  case $stored in
    *'status: ok'*)
      if [ -z "$wanted" ]; then die "there is no database here, but the storage holds backups of one: scripts/deploy.sh $environment --from-backup brings it back; another backups.bucket begins anew"; fi
      ;;
    *'status: error (missing stanza path)'* | *'status: error (no valid backups)'*)
      if [ -n "$wanted" ]; then die "the storage holds no backup of $environment"; fi
      # A database that was gone before its first backup has left its log there; this one is another.
      case $stored in *'(no valid backups)'*) install -d -m 0700 "$records" && touch "$records/another-database" ;; esac
      return 0
      ;;
    *)
      printf '%s\n' "$stored" >"$restore_log"
      die "the storage cannot be asked for backups of $environment: $(why "$restore_log")"
      ;;
  esac
  bring_back
}

# bring_back: all that is stored becomes this VM's data; log of its own waits until it serves. The files come meanwhile. The
# database comes last: with it in its place, whoever goes on after a kill has nothing more to bring.
bring_back() {
  local bringing code=0
  say 'restoring the database from its newest backup'
  bring_files "${image:?}" >"$run/files" 2>&1 &
  bringing=$!
  targets
  fetch "$data/$newest" "$worker_of_release" || die "the backup could not be restored: $(why_not)"
  recover "$data/$newest" "$worker_of_release" -carchive_mode=on -carchive_command=/bin/false \
    || die "the database did not come to its end: $(why_not)"
  docker stop -t 120 "$worker_of_release" >/dev/null
  docker rm -fv "$worker_of_release" >/dev/null
  wait "$bringing" || code=$?
  case $code in
    0) ;;
    10) say 'warning: no files were backed up beside the database' ;;
    *) die "the files could not be restored: $(why "$run/files")" ;;
  esac
  if [ -d "$postgres" ]; then rmdir "$postgres"; fi
  mv "$data/$newest" "$postgres"
}

readonly worker_of_release=onebox-$environment-restore
