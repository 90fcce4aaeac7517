# shellcheck shell=bash
# A database's new definition is tried on a copy: the same image and command, as another environment with an empty
# directory. The one that serves is not touched.

: "${environment:?}" "${data:?}" "${run:?}"

readonly copy=$environment-check
readonly copied=onebox-$copy-database
readonly copy_data=/mnt/onebox/$copy

# try_database RELEASE: dies, with the reason, unless the copy becomes healthy and its data would be where the
# environment's are.
try_database() {
  local said
  end_try
  install -d -m 0755 "$copy_data/postgres"
  said=$(copy_compose "$1" up --no-start --no-deps database 2>&1) || die "the database's new definition cannot be used: $(last_line "$said")"
  need_own_places "$copied" "$copy"
  need_major "$1"
  docker start "$copied" >/dev/null 2>"$run/database" || die "the database's new definition cannot be started: $(last_line "$(cat "$run/database")")"
  wait_database "$copied" 90 || die "a database with the new definition does not start: $(database_says "$copied")"
  need_same_directory
  end_try
}

# copy_compose RELEASE ARGS...: what the release's files say of another environment.
copy_compose() {
  compose_of "$1"
  ONEBOX_ENVIRONMENT=$copy COMPOSE_PROJECT_NAME=onebox-$copy \
    timeout --kill-after=15 900 "${COMPOSE[@]}" -f "${BASH_SOURCE%/*}/database-copy.yml" "${@:2}"
}

# need_own_places CONTAINER ENVIRONMENT: two servers that write to one directory would destroy it.
need_own_places() {
  local kind source
  docker inspect "$1" >/dev/null 2>&1 || die "the database's container must be called onebox-\${ONEBOX_ENVIRONMENT}-database"
  while read -r kind source; do
    case $kind:$source in
      "bind:/mnt/onebox/$2/"* | "volume:onebox-$2_"* | tmpfs:*) continue ;;
    esac
    if [[ $kind == volume && $source =~ ^[0-9a-f]{64}$ ]]; then continue; fi # an image's own, of no name
    die "the database may write to $source whatever the environment; docker-compose.yml must name \${ONEBOX_ENVIRONMENT} there"
  done < <(docker inspect -f '{{range .Mounts}}{{if .RW}}{{.Type}} {{if .Name}}{{.Name}}{{else}}{{.Source}}{{end}}{{println}}{{end}}{{end}}' "$1" | sed '/^$/d')
}

# need_major RELEASE: another major version of Postgres cannot read the data. For an upgrade, sets upgrade_to: its image.
need_major() {
  local at new old
  upgrade_to=''
  at=$(data_directory "$data")
  new=$(docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$copied" | sed -n 's/^PG_MAJOR=//p')
  if [ -z "$at" ] || [ -z "$new" ]; then return 0; fi
  old=$(cat "$data/$at/PG_VERSION")
  if [ "$new" = "$old" ]; then return 0; fi
  if [ "$new" -lt "$old" ]; then
    die "the database's image is Postgres $new, and $environment's data are of Postgres $old, which $new cannot read; for a day after an upgrade, scripts/db.sh $environment upgrade --back rolls back"
  fi
  wants_upgrade "$1" || die "the database's image is Postgres $new, and $environment's data are of Postgres $old, which $new cannot read; scripts/db.sh $environment upgrade carries them over"
  upgrade_to=$(docker inspect -f '{{.Config.Image}}' "$copied")
  : "$upgrade_to" # for bring_database
}

# need_same_directory: a server that keeps its data elsewhere would begin with none.
need_same_directory() {
  local here there
  here=$(data_directory "$data")
  there=$(data_directory "$copy_data")
  if [ -z "$here" ] || [ "$here" = "$there" ]; then return 0; fi
  die "with the new definition the database would begin empty: its data would be in ${there:-a place of its own}, and $environment's are in $here"
}

# data_directory DIRECTORY: the path there of what Postgres has made; empty when there is none. What host/backups has
# made beside it is not meant.
data_directory() {
  local beside
  beside=(-path "$1/postgres.*" -o -path "$1/drill" -o -path "$1/copies" -o -path "$1/copying")
  find "$1" -maxdepth 4 \( "${beside[@]}" \) -prune -o -name PG_VERSION -printf '%d %h\n' 2>/dev/null | sort -n | sed -n "1s|^[0-9]* $1/||p"
}

# end_try: whatever of the copy is there goes, its directory last.
end_try() {
  if [ ! -e "$copy_data" ]; then return 0; fi
  local mine=label=com.docker.compose.project=onebox-$copy each
  docker ps -aq --filter "$mine" | each rm -fv >/dev/null
  for each in onebox-traefik onebox-relief; do # host/edge/replace-traefik has them join all
    docker network disconnect -f "onebox-$copy" "$each" 2>/dev/null || true
  done
  docker network ls -q --filter "$mine" | each network rm >/dev/null
  docker volume ls -q --filter "$mine" | each volume rm >/dev/null
  rm -rf "${copy_data:?}"
}
