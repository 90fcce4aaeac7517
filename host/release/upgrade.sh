# shellcheck shell=bash
# Carries a database's data over to another major version of Postgres, behind the maintenance page: by a dump, which both
# understand. What they were made from stays as it was, and is rolled back to: at once when the release fails, or later by
# rollback --database. Source it after database.sh and host/backups/backups.sh.

: "${environment:?}" "${dir:?}" "${data:?}" "${run:?}" "${bin:?}" "${routes:?}" "${database:?}" "${postgres:?}" "${records:?}"

readonly older=$data/postgres.older # what served before; its file "release" names the release that had them
readonly newer=$data/postgres.newer # what is being made
readonly spare=$data/postgres.spare # on the way from one to the other
readonly upgrading=$data/upgrading  # a directory: for which release, and what is to be done after it
readonly carriers=("onebox-$environment-older" "onebox-$environment-newer")

# wants_upgrade RELEASE: whoever has brought it says so, by the page that visitors get meanwhile.
wants_upgrade() { [ -f "$dir/releases/$1/upgrade.page" ]; }

# begin_upgrade RELEASE PAGE: nobody writes from here on. The page goes with it: it is good for once.
begin_upgrade() {
  rm -rf "$upgrading" "${spare:?}"
  install -d -m 0700 "$upgrading"
  printf '%s\n' "$1" >"$upgrading/release"
  if [ -e "$routes/$environment.maintenance.yml" ]; then
    rm -f "$2" # whoever is in maintenance already stays so
    return 0
  fi
  touch "$upgrading/page"
  "$bin/maintenance" "$environment" on <"$2" >/dev/null || die 'the maintenance page could not be shown'
  rm -f "$2"
}

# upgrade_database RELEASE IMAGE: its database is to run on the image. What it does can be taken back until finish_upgrade.
upgrade_database() {
  local serves began=$SECONDS
  serves=$(release_in "$(serving)")
  [ -s "$postgres/pgdata/PG_VERSION" ] || die "the database's data are not in $postgres/pgdata, where an upgrade looks for them"
  need_space 1024 # of log
  back_up_before
  begin_upgrade "$1" "$dir/releases/$1/upgrade.page"
  carry_over "$(image_of_database)" "$2"
  rm -rf "${older:?}"
  printf '%s\n' "$serves" >"$upgrading/served"
  touch "$postgres/serves"
  mv "$postgres" "$older"
  mv "$newer" "$postgres"
  if [ -f "$data/migrated" ]; then cp "$data/migrated" "$upgrading/migrated"; fi
  start_database "$1" || die "the database did not start with its data carried over: $(cat "$run/database")"
  say "note: $environment's data are those of Postgres $(cat "$postgres/pgdata/PG_VERSION") now, after $((SECONDS - began)) s"
}

# back_up_before: the directory from before is kept in any case. Visitors see a page meanwhile.
back_up_before() {
  case $(image_of_database) in onebox/database:*) ;; *) return 0 ;; esac
  say 'backing up before the upgrade'
  HURRY=1 PATIENCE=86400 "$bin/backup" "$environment" incr >"$run/upgraded" 2>&1 || die "the database is not upgraded without a backup: $(last_line "$(cat "$run/upgraded")")"
}

# carry_over OLD_IMAGE NEW_IMAGE: with both servers beside each other, which nobody else reaches. The older one's pg_dump
# reads: a newer major version may be an earlier release, and not know what the older one has put into its catalogues.
carry_over() {
  local socket=$upgrading/socket
  PATIENCE=60 docker stop -t 60 "$database" >/dev/null
  rm -rf "${newer:?}"
  install -d -m 0700 -o 999 -g 999 "$newer" "$newer/pgdata" "$socket"
  chmod 0711 "$upgrading"
  carrier "${carriers[0]}" --user postgres -v "$postgres:/var/lib/postgresql/data" -v "$socket:/newer" \
    "$1" postgres -clisten_addresses= -carchive_mode=off
  carrier "${carriers[1]}" -e POSTGRES_HOST_AUTH_METHOD=trust -v "$newer:/var/lib/postgresql/data" -v "$socket:/newer" \
    "$2" postgres -clisten_addresses= -cunix_socket_directories=/newer,/var/run/postgresql -cfsync=off -cfull_page_writes=off -cmax_wal_size=1GB
  await "${carriers[0]}" /var/run/postgresql
  await "${carriers[1]}" /var/run/postgresql
  PATIENCE=86400 docker exec -i -u postgres "${carriers[0]}" bash -s <"${BASH_SOURCE%/*}/carry-over" >"$run/upgraded" 2>&1 \
    || die "the data could not be carried over: $(unless_full "$(grep -m 1 -i 'error:' "$run/upgraded" || last_line "$(cat "$run/upgraded")")")"
  end_carriers
  # Who may come in, and what was set by ALTER SYSTEM.
  cp -p "$postgres/pgdata/pg_hba.conf" "$postgres/pgdata/postgresql.auto.conf" "$newer/pgdata/"
  sync -f "$newer" # it was written without
}

# carrier NAME ARGS
carrier() {
  docker rm -fv "$1" >/dev/null 2>&1 || true
  docker run -d --name "$1" --network none --memory 1g --shm-size 128m --label "onebox.environment=$environment" --label onebox.beside \
    -e POSTGRES_USER=onebox -e POSTGRES_DB=postgres -e PGDATA=/var/lib/postgresql/data/pgdata "${@:2}" >/dev/null
}

# await NAME SOCKET: until it takes connections for good; the image's own start takes them before its database is whole.
await() {
  local deadline=$((SECONDS + 180))
  until docker exec "$1" sh -c 'tr "\0" " " </proc/1/cmdline | grep -q ^postgres && pg_isready -q -h '"$2" 2>/dev/null; do
    if [ "$SECONDS" -ge "$deadline" ] || [ "$(docker inspect -f '{{.State.Running}}' "$1")" != true ]; then
      die "a database for the upgrade does not start: $(unless_full "$(database_says "$1")")"
    fi
    sleep 0.3
  done
}

end_carriers() {
  local name
  for name in "${carriers[@]}"; do
    if docker stop -t 120 "$name" >/dev/null 2>&1; then docker rm -fv "$name" >/dev/null; fi
  done
}

# bring_older RELEASE: the data from before the upgrade, for the release that had them. Those that currently serve are kept.
bring_older() {
  begin_upgrade "$1" "$run/upgrade.page"
  docker stop -t 60 "$database" >/dev/null
  if [ -f "$data/migrated" ]; then mv "$data/migrated" "$upgrading/migrated"; fi
  touch "$postgres/serves"
  mv "$older" "$spare"
  mv "$postgres" "$older"
  mv "$spare" "$postgres"
  start_database "$1" || die "the database from before the upgrade did not start: $(cat "$run/database")"
}

# finish_upgrade: the release serves with it. Its backups begin anew: those from before are of another database.
finish_upgrade() {
  if [ ! -d "$upgrading" ]; then return 0; fi
  rm -f "$older/serves" "$postgres/release" # from here on nothing is taken back
  if [ -f "$upgrading/served" ]; then mv "$upgrading/served" "$older/release"; fi
  touch "$older" # its age: host/release/prune removes it
  if backs_up; then
    install -d -m 0700 "$records"
    touch "$records/another-database"
    systemctl start --no-block "onebox-backup-full@$environment.service" || true
  fi
  end_upgrade
  say "the data from before are kept for a day in $older"
}

# settle_upgrade: after one that has failed or was killed, the data are again those of what serves. Its database is still
# to be started; then end_upgrade.
settle_upgrade() {
  local place
  if [ ! -d "$upgrading" ]; then return 0; fi
  if [ "$(release_in "$(serving)")" = "$(cat "$upgrading/release" 2>/dev/null)" ]; then
    finish_upgrade
    return
  fi
  docker rm -fv "${carriers[@]}" >/dev/null 2>&1 || true
  for place in "$older" "$newer"; do
    if [ ! -e "$place/serves" ]; then continue; fi
    docker stop -t 60 "$database" >/dev/null 2>&1 || true
    # Also where this is asked for in a condition: what is not moved must be neither overwritten nor removed below.
    if [ -d "$postgres" ]; then mv "$postgres" "$spare" || return 1; fi
    mv "$place" "$postgres" || return 1
    say 'the data from before serve again'
  done
  if [ -e "$spare/release" ] && [ ! -e "$older" ]; then mv "$spare" "$older" || return 1; fi
  if [ -f "$upgrading/migrated" ]; then mv "$upgrading/migrated" "$data/migrated" || return 1; fi
  rm -rf "${newer:?}" "${spare:?}" "$postgres/serves"
}

# end_upgrade: visitors get the app again.
end_upgrade() {
  if [ ! -d "$upgrading" ]; then return 0; fi
  if [ -e "$upgrading/page" ]; then "$bin/maintenance" "$environment" off >/dev/null || say 'warning: the maintenance page is still shown'; fi
  rm -rf "$upgrading"
}
