# shellcheck shell=bash
# The files that Traefik reads. Each is kept twice: in env/NAME/routes, and a copy in the watched
# directory. What lies there and is not such a copy was not put there by us, and one file that
# Traefik cannot read blocks every later change of every environment: tidy_routes takes it out.

: "${base:?}" "${dir:?}" "${environment:?}" "${routes:?}"

# place_file FILE: brings it from env/NAME/routes into the watched directory. Renamed into place,
# because Traefik would read half a file; made elsewhere, because the directory is watched.
place_file() {
  cp "$dir/routes/$1" "$dir/$1.new" \
    && sync "$dir/$1.new" "$dir/routes/$1" \
    && mv "$dir/$1.new" "$routes/$1"
}

# rendered RELEASE LINE: one of the files that came with a release.
rendered() {
  local from=$dir/releases/$1/routes
  case $2 in canary*) if [ -e "${from%/*}/canary-routes" ]; then from=${from%/*}/canary-routes; fi ;; esac
  sed -n "s/^${2//./\\.} //p" "$from"
}

# keep_file FILE RELEASE LINE: writes one of the release's rendered lines to env/NAME/routes/FILE.
keep_file() {
  local line
  line=$(rendered "$2" "$3")
  [ -n "$line" ] \
    && install -d -m 0700 "$dir/routes" \
    && printf '# %s\n%s\n' "$3" "$line" >"$dir/file.new" \
    && mv "$dir/file.new" "$dir/routes/$1"
}

# put FILE RELEASE LINE: both.
put() { keep_file "$@" && place_file "$1"; }

# routed: which of its ways the environment's router has: route.SLOT, watch.SLOT, canary.SLOT; empty
# before the first release. What Traefik reads is the truth.
routed() {
  local first=''
  { IFS= read -r first <"$routes/$environment.yml"; } 2>/dev/null || true
  if [[ $first == '# '* ]]; then printf '%s\n' "${first:2}"; fi
}

# tidy_routes: makes the watched directory what all environments have kept.
tidy_routes() {
  local file name kept
  for file in "$routes"/* "$routes"/.[!.]*; do
    name=${file##*/}
    if [ ! -e "$file" ]; then continue; fi
    case $name in
      onebox.yml) kept=$base/traefik/routes/onebox.yml ;;
      webhook.yml) kept=$base/webhook/webhook.yml ;;
      previews.yml) kept=$base/previews.yml ;; # host/previews/overview
      *) kept=$base/env/${name%%.*}/routes/$name ;;
    esac
    if cmp -s "$file" "$kept"; then continue; fi
    if [ -f "$kept" ]; then
      say "warning: routes/$name was not what its environment had put there; it is restored"
      cp "$kept" "$base/tidy.$$"
      mv "$base/tidy.$$" "$file"
    else
      install -d -m 0700 "$base/quarantine"
      mv "$file" "$base/quarantine/"
      say "warning: routes/$name belongs to no environment; it is now in $base/quarantine"
    fi
  done
}
