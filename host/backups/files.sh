# shellcheck shell=bash
# What lies on the volume beside the database: the app's own directories, the releases' history, and the certificates.
# restic backs them up, from a container, right after the database. Source it after backups.sh.

: "${environment:?}" "${dir:?}" "${data:?}" "${settings:?}" "${readers:?}"

readonly certificates=/mnt/onebox/acme
readonly newest_files=files.restore # beside postgres: files that are being restored
readonly aside_files=files.before   # and those that were there before a restore
# A backup, a restore and a look at an earlier moment may go on beside each other: each has a container of its own.
readonly files_worker=onebox-$environment-files-${0##*/}
# Not the app's: the database's, and what host/ makes anew by itself.
readonly not_files=(postgres 'postgres.*' 'files.*' drill copies copying loading restoring upgrading backups migrated 'migrated.*')

# stores_files: a release from before there were backups of files has no settings for them.
stores_files() { [ -f "$settings/files.env" ]; }

# in_files OPTIONS -- COMMAND: in restic's container, with the storage's login.
in_files() {
  local options=()
  while [ "$1" != -- ]; do options+=("$1") && shift; done
  shift
  docker rm -fv "$files_worker" >/dev/null 2>&1 || true # one that was killed has left it
  PATIENCE=86400 docker run --rm --name "$files_worker" --network bridge --memory 512m "${LIMIT[@]}" \
    --label "onebox.environment=$environment" --label onebox.beside --env-file "$settings/files.env" \
    -v "$settings:/etc/pgbackrest:ro" ${options[@]+"${options[@]}"} "${files_image:?}" "$@"
}

# need_files_image DATABASE_IMAGE: sets files_image; made, unless it is there.
need_files_image() {
  files_image=onebox/files:${1##*:}
  build_on "$1" "$files_image" files.dockerfile >/dev/null
}

# back_up_files KIND: "full" forgets those that are older than backups.keep says, too.
back_up_files() {
  stores_files || return 0
  need_files_image "$(image_of_database)" || return 1
  install -d -m 0700 "$certificates"
  local LIMIT YIELD
  pace
  let_readers
  in_files -i -v "$readers:$readers:ro" -v "$data:/volume/$environment:ro" -v "$certificates:/volume/acme:ro" -- \
    "${YIELD[@]}" bash -s "$environment" "$1" "$readers" "${not_files[@]}" <"${BASH_SOURCE%/*}/store-files"
}

# check_files: as far as a gigabyte of what is stored of them; more would take long where there are uploads.
check_files() {
  stores_files || return 0
  need_files_image "$(image_of_database)" || return 1
  local LIMIT YIELD
  pace
  in_files -- "${YIELD[@]}" restic --quiet --no-cache check --no-lock --read-data-subset=1G
}

# snapshots: each with its second, oldest first; none where nothing was stored yet.
snapshots() {
  local said code=0
  said=$(in_files -- restic --no-cache snapshots --host "$environment" --json) || code=$?
  case $code in 0) ;; 10) return 0 ;; *) return 1 ;; esac
  { grep -oE '"(time|short_id)":"[^"]*"' <<<"$said" || true; } | cut -d '"' -f 4 | paste - - \
    | while read -r time id; do echo "$(date -d "$time" +%s) $id"; done | sort -n
}

# snapshot_of [--time TIME|--set BACKUP]: the files' that were there then; the oldest one where there was none yet.
snapshot_of() {
  local moment
  case ${1:-} in
    '') moment=$(date +%s) ;;
    --time) moment=$(date -d "$2" +%s) ;;
    # Its own files come right after it; nobody else's do, for hours.
    --set) moment=$(($(sed -E 's/.*([0-9]{8})-(..)(..)(..)[FDI]$/\1 \2:\3:\4/' <<<"$2" | date -u -f - +%s) + 3600)) ;;
  esac
  snapshots | awk -v moment="$moment" 'NR == 1 || $1 <= moment { found = $2 } END { print found }'
}

# need_room SNAPSHOT: the volume has room for it beside what is there; a full one ends every database.
need_room() {
  local said bytes
  said=$(in_files -- restic --quiet --no-cache stats --mode restore-size --json "$1") || return 1
  bytes=$(sed -n 's/.*"total_size":\([0-9]*\).*/\1/p' <<<"$said")
  volume_has $((${bytes:?} / 1048576 + ${least:?} + 256)) 'the files need' >&2
}

# fetch_files PLACE [--time TIME|--set BACKUP]: into a directory that is made; nothing where none were backed up.
fetch_files() {
  local place=$1 id
  rm -rf "$place" || return 1
  stores_files || return 0
  need_files_image "$(image_of_database)" || return 1
  id=$(snapshot_of "${@:2}") || return 1
  if [ -z "$id" ]; then return 0; fi
  need_room "$id" || return 1
  install -d -m 0700 "$place" || return 1
  in_files -v "$place:/volume" -- restic --quiet --no-cache restore "$id:/volume" --target /volume
}

# exchange_files: the app's own directories become the restored ones.
exchange_files() {
  local each name
  install -d -m 0700 "$data/$aside_files"
  for each in "$data/$newest_files/$environment"/*/; do
    name=$(basename "$each")
    if [ ! -d "$each" ]; then continue; fi
    if [ -e "$data/$name" ]; then mv "$data/$name" "$data/$aside_files/"; fi
    mv "$each" "$data/$name"
  done
  rm -rf "${data:?}/$newest_files"
}

# lead_files_back: what was there before is there again.
lead_files_back() {
  local each
  for each in "$data/$aside_files"/*; do
    if [ ! -e "$each" ]; then continue; fi
    rm -rf "${data:?}/${each##*/}"
    mv "$each" "$data/"
  done
  rm -rf "${data:?}/$newest_files" "${data:?}/$aside_files"
}

# bring_files DATABASE_IMAGE: on a VM that has none of them. Certificates are there already when another environment has
# brought them, or Traefik has got new ones.
bring_files() {
  local place=$data/$newest_files
  stores_files || return 0
  need_files_image "$1" || return 1
  rm -rf "$place"
  install -d -m 0700 "$place"
  in_files -v "$place:/volume" -- restic --quiet --no-cache restore latest:/volume --host "$environment" --target /volume || return $?
  cp -an "$place/$environment/." "$data/"
  if [ -s "$place/acme/acme.json" ] && ! grep -qs '"certificate"' "$certificates/acme.json"; then
    docker stop onebox-traefik >/dev/null 2>&1 || true # it would write its own over them
    cp -a "$place/acme/." "$certificates/"
    docker start onebox-traefik >/dev/null 2>&1 || true
  fi
  rm -rf "$place"
}
