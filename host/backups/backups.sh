# shellcheck shell=bash
# An environment's database and its backups, which pgBackRest makes from a container beside the database's. Source it
# after environment.sh and host/release/database.sh.

: "${environment:?}" "${dir:?}" "${data:?}" "${run:?}" "${database:?}" "${least:?}"

readonly postgres=$data/postgres
readonly settings=$dir/backups   # pgbackrest.conf, as the database's container sees it
readonly records=$data/backups   # how each kind of work ended the last time
readonly LONG=86400              # seconds that pgBackRest may take
readonly readers=$run/readers    # whose lock those share who read backups; nobody removes any meanwhile
readonly newest=postgres.restore # beside postgres: data that are being restored
readonly aside=postgres.before   # and those that served before a restore
: "$newest" "$aside"             # for those who source this

# let_readers: there is a file for their lock, which programs in containers can open.
let_readers() { install -d -m 0700 "$run" && (umask 022 && : >>"$readers"); }

# read_backups: what is stored stays until this process ends; what is just being removed is waited for.
read_backups() {
  let_readers
  exec 6<"$readers"
  flock -s -w 600 6 || say 'warning: old backups are being removed; should this fail, run it again'
}

# need_backups: refuses where nothing is backed up.
need_backups() { backs_up || die "$environment has no backups: they begin with the first deploy after onebox.config.ts asks for them"; }

LIMIT=(--cpus 1) # what a container beside the database may take of the processors, as Docker's options

# pace: sets LIMIT and YIELD, for what nobody waits for: Docker's options for a container that takes a fortieth of the
# processors, of what others leave, and the command by which a program yields to whoever wakes up. With all that others
# leave, one request of a hundred takes ten times as long meanwhile; with a tenth in the kernel's usual turns, which are
# five times as long, half as long again; in such turns an eighth longer with a twentieth, a twelfth longer with a fortieth
# (npm run bench -- backups). The share counts between containers and the command within one, for its turn and for the
# disk's. With HURRY set, somebody does wait.
pace() {
  if [ -n "${HURRY:-}" ]; then
    LIMIT=(--cpus "$(most_processors)") YIELD=(nice -n 0)
  else
    local all
    all=$(nproc)
    LIMIT=(--cpu-shares 128 --cpu-period 40000 --cpu-quota "$((all * 1000))") YIELD=(chrt --idle 0)
  fi
}

# paced COMMAND: one of pgBackRest's image, at that pace. From a container of its own, which is in the database's networks: in
# the database's container it would share its processors with it, and what it reads would take the place of what the database
# has in memory.
paced() {
  local LIMIT YIELD
  pace
  let_readers
  JOIN=container:$database beside "onebox-$environment-pgbackrest-${0##*/}" --rm --init --user postgres -e PGHOST=127.0.0.1 \
    -v "$postgres:/var/lib/postgresql/data:ro" -v "$readers:$readers:ro" "$(image_of_database)" "${YIELD[@]}" "$@"
}

# back_rest ARGS: pgBackRest, so.
back_rest() { paced pgbackrest "--stanza=$environment" "$@"; }

# one_at_a_time: waits until no other backup of the environment is made; pgBackRest would refuse a second one, and remove
# what is old while a drill looks at it.
one_at_a_time() {
  install -d -m 0700 "$run"
  exec 8>"$run/backup.lock"
  if flock -n 8; then return 0; fi
  say 'a backup is under way; this waits for it'
  flock -w "$LONG" 8 || die 'another backup has not ended within a day'
}

# sql [DATABASE]: runs the SQL on stdin as the superuser.
sql() { docker exec -i "$database" psql -v ON_ERROR_STOP=1 -qAtX -U onebox -d "${1:-postgres}"; }

# why FILE: of what pgBackRest has said there, or Postgres, the line that tells, with the storage's own code, and what helps.
why() {
  local code said line sign helps
  said=$(sed -n -e '/unable to \(find a valid repository\|load info file .*\):$/d' -e 's/^ *[A-Za-z]*Error: //p' -e 's/^ *\(repo1: \)\{0,1\}\[[A-Za-z]*Error\] //p' -e 's/.*ERROR: *\(\[[0-9]*\]: \)\{0,1\}//p' -e 's/.*\(FATAL\|PANIC\|Fatal\): *//p' "$1" | head -n 1)
  code=$(sed -n 's/.*<Code>\([A-Za-z]*\)<.*/\1/p' "$1" | head -n 1)
  said=${said:-$(grep -v '^ *$' "$1" | tail -n 1 || true)}
  line=$(printf '%s' "${said%:}${code:+: $code}" | tr -d '\000-\037' | cut -c 1-300)
  while IFS=$'\t' read -r sign helps; do
    if [[ $line == *"$sign"* ]]; then line+="; $helps" && break; fi
  done <"${BASH_SOURCE[0]%/*}/remedies.tsv"
  printf '%s' "$line"
}

# note_result KIND passed|failed WHAT: how it ended; host/backups/backups tells of it.
note_result() {
  install -d -m 0700 "$records"
  printf '%s\t%s\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$2" "$3" >"$records/$1.new"
  if [ "$2" = passed ]; then cp "$records/$1.new" "$records/$1.passed"; fi
  mv "$records/$1.new" "$records/$1"
}

# limit NAME: seconds; cli/backups/health.ts has decided on them.
limit() { sed -n "s/^$1=//p" "$settings/alarm-limits"; }

# build_on BASE IMAGE DOCKERFILE: a Dockerfile of this folder, unless the image is there; its last line says why it
# could not be built.
build_on() {
  if docker image inspect "$2" >/dev/null 2>&1; then return 0; fi
  say "building $2 on $1" >&2
  PATIENCE=900 docker build -q --build-arg "BASE=$1" --tag "$2" - <"${BASH_SOURCE%/*}/$3" 2>&1
}

# database_image RELEASE: sets image, the release's database's; made, unless it is there.
database_image() {
  local files=$dir/releases/$1 plain out
  image=$(sed -n 's/^ *image: \(onebox\/database:[^ ]*\).*/\1/p' "$files/backups.yml")
  plain=$(sed -n 's/^ *image: \(postgres:[^ ]*\).*/\1/p' "$files/compose.yml")
  out=$(build_on "$plain" "$image" database.dockerfile) || die "pgBackRest could not be added to the database's image: ${out##*$'\n'}"
}

# use_settings RELEASE: has the database's container see the release's settings.
use_settings() {
  local files=$dir/releases/$1 name
  install -d -m 0700 -o 999 -g 999 "$settings" # the user postgres of the image
  for name in alarm-limits alarm-webhook alarm-mail objects-ca.pem check.sql files.env pgbackrest.conf; do
    rm -f "$settings/$name.new"
    if [ -f "$files/$name" ]; then
      install -m 0600 "$files/$name" "$settings/$name.new"
      case $name in alarm-* | files.env) ;; *) chown 999:999 "$settings/$name.new" ;; esac # the database has no use for those
      mv "$settings/$name.new" "$settings/$name"
    else
      rm -f "$settings/$name"
    fi
  done
}

# beside NAME OPTIONS ARGS: a container of the database's image beside it, with its settings. It reaches the storage, and
# nobody of the environment, unless JOIN names another network. One of that name is left from a run that was killed.
beside() {
  docker rm -fv "$1" >/dev/null 2>&1 || true
  PATIENCE=$LONG docker run --name "$1" --network "${JOIN:-bridge}" --memory 512m "${LIMIT[@]}" --label "onebox.environment=$environment" --label onebox.beside \
    -v "$settings:/etc/pgbackrest:ro" "${@:2}"
}

image_of_database() { docker inspect -f '{{.Config.Image}}' "$database"; }

# data_megabytes: how large the database is.
data_megabytes() { du -sm "$postgres" | cut -f 1; }

# need_space MORE: the volume has room for the data once more, for MORE megabytes, and for host/edge/reserve to end nothing.
need_space() {
  local needs lack
  needs=$(($(data_megabytes) * 11 / 10 + $1 + least + 256))
  lack=$(volume_has "$needs" 'this needs') || die "$lack"
}
