# shellcheck shell=bash
# What is known of previews. Each has a directory on the volume, made before anything else of it and removed
# after everything else: what has none is not meant to be there.

: "${environment:?}" "${base:?}" "${dir:?}" "${data:?}" "${state=}"

readonly previews=/mnt/onebox/previews
readonly branches=$previews/branches
readonly slug=${environment#preview-}
readonly unit=onebox-preview-$slug
readonly wake_port=7000 # cli/release/preview-routes.ts sends requests there
: "$unit" "$wake_port"  # for those who source this

# A name that has come here by whatever way must not lead out of its directory.
[[ $environment =~ ^preview-[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$ ]] || die "$environment is no preview's name"

# intent KEY [SLUG]: what is on record of a preview: branch, network, created, expires, template.
intent() { sed -n "s/^$1=//p" "$branches/${2:-$slug}/intent" 2>/dev/null || true; }

# record KEY VALUE: puts it there; the file is whole at any moment.
record() {
  { grep -v "^$1=" "$data/intent" 2>/dev/null || true; } >"$data/intent.new"
  printf '%s=%s\n' "$1" "$2" >>"$data/intent.new"
  mv "$data/intent.new" "$data/intent"
}

# slugs: of all previews, the oldest first.
slugs() {
  local found
  for found in "$branches"/*/intent; do
    if [ ! -e "$found" ]; then continue; fi
    found=${found%/intent} found=${found##*/}
    printf '%s %s\n' "$(intent created "$found")" "$found"
  done | sort -n | cut -d ' ' -f 2
}

# look_up SLUG: sets state (awake, asleep, coming, going, or gone when its VM was replaced) and files, its release's
# directory.
look_up() {
  local release env=$base/env/preview-$1
  release=$(cat "$branches/$1/current" 2>/dev/null) || release=none
  state=asleep files=$env/releases/$release
  if [ -e "$branches/$1/removing" ]; then
    state=going
  elif [ "$release" = none ]; then
    state=coming
    files=$(find "$env/releases" -name release.env 2>/dev/null | head -n 1) || files=''
    files=${files%/release.env}
  elif [ ! -e "$files/release.env" ]; then
    state=gone
  elif systemctl is-active -q "onebox-preview-$1.service"; then
    state=awake
  fi
}

# at_rest UNIT: it neither runs nor is being started or stopped.
at_rest() { case $(systemctl show -p ActiveState --value "$1") in inactive | failed) ;; *) return 1 ;; esac }

# at_work SLUG: a unit is putting it up or taking it down.
at_work() { ! at_rest "onebox-release-preview-$1"; }

# forget_releases BUT: all but that one; their images too, unless another environment's files name them.
forget_releases() {
  local files image
  for files in "$dir"/releases/*; do
    if [ ! -d "$files" ] || [ "${files##*/}" = "$1" ]; then continue; fi
    image=$(sed -n 's/^ONEBOX_IMAGE=//p' "$files/release.env" 2>/dev/null) || image=''
    rm -rf "$files"
    if [ -z "$image" ] || grep -qsxF "ONEBOX_IMAGE=$image" "$base"/env/*/releases/*/release.env; then continue; fi
    docker image rm "$image" >/dev/null 2>&1 || true # a container may use it still
  done
}

# with_lock COMMAND...: for what previews share, one at a time.
with_lock() {
  install -d -m 0700 /run/onebox
  exec 8>/run/onebox/previews.lock
  flock -w 120 8 || die 'another preview has held /run/onebox/previews.lock for two minutes'
  "$@"
  exec 8>&-
}

# free_memory: megabytes. A VM of the local cloud has a limit of its own, in control groups of version 2 or 1.
free_memory() {
  local all=/sys/fs/cgroup limit used
  limit=$(cat $all/memory.max $all/memory/memory.limit_in_bytes 2>/dev/null | head -n 1) || limit=''
  used=$(cat $all/memory.current $all/memory/memory.usage_in_bytes 2>/dev/null | head -n 1) || used=0
  case $limit in '' | max) limit=0 ;; esac
  { cat /proc/meminfo && cat $all/memory.stat $all/memory/memory.stat 2>/dev/null; } | awk -v limit="$limit" -v used="$used" '
    $1 == "MemAvailable:" { free = $2 * 1024 }
    $1 ~ /^(total_)?(in)?active_file$/ { kept[$1] = $2 }
    END {
      for (name in kept) if (name ~ /^total_/ || !("total_" name in kept)) used -= kept[name]
      if (limit > 0 && limit - used < free) free = limit - used
      print int(free / 1048576)
    }'
}
# memory_needed RELEASE: megabytes that must be free before its app starts: its limit, and some for everybody else.
memory_needed() {
  local needs=256 size
  size=$(setting "$1" ONEBOX_MEMORY)
  case $size in *g) needs=$((${size%g} * 1024 + needs)) ;; *) needs=$((${size%m} + needs)) ;; esac
  printf '%s' "$needs"
}

# random: 32 hexadecimal digits.
random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
