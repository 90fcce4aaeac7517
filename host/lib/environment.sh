# shellcheck shell=bash
# What host/'s commands know about one environment. Set `environment`, then source it.

set -Eeuo pipefail
shopt -s inherit_errexit
umask 077
trap 'printf "onebox: error: %s, line %s: %s\n" "${BASH_SOURCE[0]##*/}" "$LINENO" "${BASH_COMMAND%%$'"'\\n'"'*}" >&2' ERR

: "${environment:?}"
readonly base=/opt/onebox
readonly bin=$base/bin
readonly routes=$base/routes # Traefik watches it
readonly dir=$base/env/$environment
readonly run=/run/onebox/$environment
case $environment in
  preview-*) readonly data=/mnt/onebox/previews/branches/${environment#preview-} ;;
  *) readonly data=/mnt/onebox/$environment ;;
esac
readonly history=$data/releases.tsv
: "$bin" "$history" # for those who source this

# shellcheck source=host/lib/say.sh
. "${BASH_SOURCE%/*}/say.sh"
# shellcheck source=host/lib/bounded.sh
. "${BASH_SOURCE%/*}/bounded.sh"
# shellcheck source=host/lib/space.sh
. "${BASH_SOURCE%/*}/space.sh"
# shellcheck source=host/lib/routes.sh
. "${BASH_SOURCE%/*}/routes.sh"
# shellcheck source=host/lib/slots.sh
. "${BASH_SOURCE%/*}/slots.sh"
# shellcheck source=host/lib/processors.sh
. "${BASH_SOURCE%/*}/processors.sh"
# shellcheck source=host/lib/ready.sh
. "${BASH_SOURCE%/*}/ready.sh"

# setting RELEASE KEY: a value of its release.env, or of its delivery: in releases from before there was delivery.env,
# both are one.
setting() { setting_in "$dir/releases/$1" "$2"; }
setting_in() {
  local found=("$1/release.env") file line
  if [ -e "$1/delivery.env" ]; then found=("$1/delivery.env" "$1/release.env"); fi
  for file in "${found[@]}"; do # no program is started for each of many
    while IFS= read -r line || [ -n "$line" ]; do
      if [[ $line == "$2="* ]]; then printf '%s\n' "${line#*=}" && return; fi
    done <"$file"
  done
}

# compose RELEASE ARGS...: docker compose with the files of a release, ended after PATIENCE seconds (120); then it
# returns 124.
compose() {
  compose_of "$1"
  timeout --kill-after=15 "${PATIENCE:-120}" "${COMPOSE[@]}" "${@:2}"
}

# compose_of RELEASE: sets COMPOSE, the command. What the app gets is a compose file of its own; in releases from
# before there was one, it is app.env, in which compose must find no setting of its own.
compose_of() {
  local files=$dir/releases/$1 file
  COMPOSE=(env "DOCKER_CONFIG=$files" docker compose --progress quiet --project-directory "$files" -f "$files/compose.yml")
  for file in preview.yml backups.yml environment.json database.json; do
    if [ -f "$files/$file" ]; then COMPOSE+=(-f "$files/$file"); fi
  done
  if [ -f "$files/app.env" ]; then COMPOSE+=(--env-file "$files/app.env"); fi
  COMPOSE+=(--env-file "$files/release.env")
}

# backs_up: its database is backed up.
backs_up() { [ -f "$dir/backups/pgbackrest.conf" ]; }

# app_hash RELEASE: of what its app gets.
app_hash() { find "$dir/releases/$1" -name app.env -o -name environment.json -o -name database.json | sort | xargs cat | sha256sum; }

# end_migration: one that a killed release has left running; nobody would wait for it.
end_migration() {
  docker ps -aq --filter "label=com.docker.compose.project=onebox-$environment" --filter label=com.docker.compose.service=migrate \
    | each rm -fv >/dev/null
}

# end_checks: Traefiks that host/edge/check-routes has asked, which was killed before it could remove them.
end_checks() {
  local name
  for name in $(docker ps -a --filter label=onebox.check --format '{{.Names}}'); do
    if ! grep -qs check-routes "/proc/${name##*-}/cmdline"; then docker rm -fv "$name" >/dev/null 2>&1 || true; fi
  done
  find /run -maxdepth 1 -name 'onebox-check.*' -mmin +10 -exec rm -rf {} +
}

# limit_database CONTAINER PROCESSES [SHARES]: of a database that runs. In its compose file this would restart those that
# serve. SHARES are Docker's, of the processors; others have 1024.
limit_database() {
  docker update --pids-limit "$2" --cpu-shares "${3:-1024}" --cpus "$(most_processors)" "$1" >/dev/null 2>&1 \
    || say "warning: $1 could not be limited"
}

# now: milliseconds since some moment.
now() { printf '%s' $((${EPOCHREALTIME//[!0-9]/} / 1000)); }

# hold_unit ACTION RELEASE: tells whoever comes meanwhile what this unit does, for whom, since when, and what it was asked.
hold_unit() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "${ONEBOX_TOKEN:-none}" "$1" "$2" "${ONEBOX_BY:-somebody}" \
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${ONEBOX_ASKED:-}" >"$dir/holder.new"
  mv "$dir/holder.new" "$dir/holder"
}

# was_ended: why a unit did not end by itself; systemd tells.
was_ended() { if [ "${SERVICE_RESULT:-}" = timeout ]; then echo 'took far too long, and was ended'; else echo 'was killed'; fi; }

# step NAME: names what comes next. A test may put a file hold.NAME there to stop before it.
step() {
  local turn
  install -d -m 0700 "$run"
  printf '%s' "$1" >"$run/step"
  say "step $1"
  for ((turn = 0; turn < 6000; turn++)); do
    if [ ! -e "$run/hold.$1" ]; then return; fi
    sleep 0.05
  done
}
