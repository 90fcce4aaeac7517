# shellcheck shell=bash
# The first steps of a release of stage or prod: none of them touches what serves.

: "${environment:?}" "${bin:?}" "${dir:?}" "${data:?}" "${run:?}" "${routes:?}" "${database:?}" "${held:?}"
: "${stopper=}" "${checker=}" "${OLD_BEFORE=}" # for host/release/release

# claim: takes the files that were delivered. The standby stops from here on, whose slot is needed next; after a
# failure it is started again.
claim() {
  local incoming
  read_incoming
  hold_unit release "$release"
  systemctl stop "onebox-drain-$environment" 2>/dev/null || true # it prunes
  install -d -m 0700 "$dir/releases"
  tidy_routes
  restore_routes
  ensure_edge
  old=$(serving)
  slot=$(free_slot)
  if [ "$(release_in "$old")" = "$release" ] && [ -z "$(candidate)" ] && running "$old" && database_fits "$release" && answers "$release" GET; then
    rm -rf "$incoming" "$dir/holder" # nothing for the history
    say "$environment serves $release already"
    exit 0
  fi
  if [ -n "$(candidate)" ]; then end_canary; fi
  need_like "$(release_in "$old")"
  take_files
  find_edge || true # once: what asks Traefik from here on runs in subshells
  stop_slot "$slot" &
  stopper=$!
  if [ -n "$old" ]; then OLD_BEFORE=$(measure "$old") || true; fi
}

# need_like SERVES: who brought only an image has the files of what served then, and has waited since: a deploy may have
# brought newer ones meanwhile, which would be undone.
need_like() {
  local mine=$incoming/identity now=$dir/releases/$1/identity
  if [ -z "$(setting_in "$incoming" ONEBOX_LIKE_SERVING)" ] || cmp -s "$mine" "$now"; then return 0; fi
  if [ ! -e "$mine" ] && [ ! -e "$now" ]; then return 0; fi # of an older Onebox
  rm -rf "$incoming"
  die "$environment got other files while this waited for its turn; release the image again"
}

# take_files: what has served once keeps its files for good; what each delivery decides anew is no part of them.
take_files() {
  local files=$dir/releases/$release
  if ! has_served "$release"; then
    rm -rf "$files"
    mv "$incoming" "$files"
    return 0
  fi
  if [ -e "$incoming/identity" ] && [ -e "$files/identity" ] && ! cmp -s "$incoming/identity" "$files/identity"; then
    rm -rf "$incoming"
    die "release $release has served with other files, and keeps them; commit something, and deploy that"
  fi
  take_delivery
}

# take_delivery: who delivers it, and its share as a canary.
take_delivery() {
  local file
  rm -f "$dir/releases/$release/upgrade.page" # good for once
  for file in delivery.env canary-routes upgrade.page; do
    if [ -e "$incoming/$file" ]; then mv "$incoming/$file" "$dir/releases/$release/"; fi
  done
  rm -rf "$incoming"
}

# restore_routes: what somebody has removed of this environment's comes back, before it is asked what serves.
restore_routes() {
  local kept name
  for kept in "$dir"/routes/*.yml; do
    name=${kept##*/}
    if [ ! -f "$kept" ] || [ -e "$routes/$name" ] || [ "$name" = "$environment.maintenance.yml" ] || [ "$name" = "$held" ]; then continue; fi
    say "warning: routes/$name was gone; it is restored"
    place_file "$name"
  done
}

# ensure_edge: a Traefik that has ended is started, one that is gone is made again.
ensure_edge() {
  case $(docker inspect -f '{{.State.Running}}' onebox-traefik 2>/dev/null) in
    true) return 0 ;;
    false) docker start onebox-traefik >/dev/null && say 'Traefik had ended; it is started again' && return 0 ;;
  esac
  say 'there is no Traefik; it is made again'
  "$bin/replace-traefik"
}

# end_canary: while there is one, only its own release may come: for another share, or for all of it.
end_canary() {
  if [ "$(release_in "$slot")" != "$release" ]; then
    die "a canary of $(release_in "$slot") is running; scripts/promote.sh or scripts/rollback.sh $environment ends it"
  fi
  if [ "$(setting_in "$incoming" ONEBOX_CANARY)" = 0 ]; then
    rm -rf "$incoming"
    exec "$bin/promote" "$environment"
  fi
  take_delivery
  step switch && switch
  finish
  exit 0
}

# check: what needs no more than a processor goes on while the image is pulled.
check() {
  chmod 0600 "$dir/releases/$release"/*
  compose "$release" config --hash '*' >"$run/hashes" 2>&1 || exit 1 & # what it says last is why
  configurer=$!
  need_volume
  install -d -m 0755 "$data"
  tidy_routes
  "$bin/check-release" "$environment" "$release" "$slot" "$old" >"$run/checked" 2>&1 &
  checker=$!
  if has_database "$release" && uses_none "$old"; then
    first_database "$release" & # nothing serves that could lose it
    starter=$!
  fi
}

# uses_none SLOT: it is empty, or its release has no database.
uses_none() {
  local release
  if [ -z "$1" ]; then return 0; fi
  release=$(release_in "$1")
  [ -f "$dir/releases/$release/release.env" ] && ! has_database "$release"
}

database() {
  wait "$configurer" || die "docker compose refuses the configuration: $(tail -n 1 "$run/hashes")"
  if ! has_database "$release"; then
    follow_backups "$release" # they end
    return 0
  fi
  sed -n 's/^database //p' "$run/hashes" >"$dir/releases/$release/database-hash"
  if [ -n "${starter:-}" ]; then
    if ! wait "$starter"; then
      docker rm -fv "$database" >/dev/null 2>&1 || true # else Docker starts it again and again
      die "the database did not become healthy: $(cat "$run/database")"
    fi
  else
    prepare_backups "$release"
    bring_database "$release"
  fi
  keep_roles
  let_in_now "$release" "$(release_in "$old")"
  follow_backups "$release"
}
