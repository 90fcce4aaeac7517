# shellcheck shell=bash
# A preview's place on the VM: one of so many, if there is room.

: "${environment:?}" "${bin:?}" "${dir:?}" "${data:?}" "${previews:?}" "${branches:?}" "${slug:?}"

# claim: takes a place, and what the connection has brought.
claim() {
  local incoming files
  read_incoming
  if [ -e "$data/removing" ]; then "$bin/preview-remove" "$environment" >/dev/null; fi # one that was killed
  hold_unit release "${release:?}"
  install -d -m 0700 "$dir/releases"
  files=$dir/releases/$release
  rm -rf "$files"
  mv "$incoming" "$files"
  chmod 0600 "$files"/*
  need_time
  need_volume
  placed=''
  with_lock take_place
  while [ -z "$placed" ]; do
    make_place
    with_lock take_place
  done
  record expires "$(setting "$release" ONEBOX_EXPIRES)"
  # On the volume: the list tells of it when the VM is another one, too.
  if [ -f "$files/overview" ]; then mv "$files/overview" "$data/overview"; else rm -f "$data/overview"; fi
  fit_files "$files"
}

# need_time: it was said by the clock of whoever puts it up when its time ends: by ours, that may be over, or far away.
need_time() {
  local left=$(($(setting "$release" ONEBOX_EXPIRES) - $(date +%s)))
  if [ "$left" -lt 60 ] || [ "$left" -gt $((367 * 86400)) ]; then
    die "the preview would end in $((left / 60)) minutes by this VM's clock ($(date -u +%Y-%m-%dT%H:%M:%SZ)): is yours right?"
  fi
}

# take_place: keeps the one that it has, or takes a free one; sets placed, unless all are taken.
take_place() {
  local index=1 branch
  branch=$(setting "$release" ONEBOX_BRANCH)
  if [ -e "$data/intent" ]; then
    if [ "$(intent branch)" = "$branch" ]; then placed=1 && return; fi
    die "$slug is the preview of another branch"
  fi
  if [ "$(slugs | wc -l)" -ge "$(setting "$release" ONEBOX_PREVIEWS_MAX)" ]; then return 0; fi
  need_room
  while grep -qsx "network=10.213.$index" "$branches"/*/intent; do index=$((index + 1)); done
  install -d -m 0755 "$previews"
  install -d -m 0700 "$branches" "$data.new"
  printf '%s=%s\n' branch "$branch" network "10.213.$index" created "$(date +%s)" >"$data.new/intent"
  mv -T "$data.new" "$data"
  placed=1
}

# make_place: the oldest that nobody is at work on goes, where the configuration says so.
make_place() {
  local oldest max
  max=$(setting "$release" ONEBOX_PREVIEWS_MAX)
  if [ "$(setting "$release" ONEBOX_PREVIEWS_FULL)" != replace ]; then
    die "there are $max previews, which is previews.max; take one down with scripts/preview.sh down BRANCH"
  fi
  for oldest in $(slugs); do
    if at_work "$oldest"; then continue; fi
    say "$oldest is the oldest of $max previews, and makes place"
    "$bin/operate" "preview-$oldest" remove && return
  done
  die "all $max previews are being worked on; run this again"
}

# need_room: memory for its app, and some for everybody else.
need_room() {
  local needs
  needs=$(memory_needed "$release")
  if [ "$(free_memory)" -lt "$needs" ]; then
    die "this VM has $(free_memory) MB of memory left, another preview needs $needs MB; take one down, or use a larger server.type"
  fi
  if [ "$(free_disk /var/lib/docker)" -lt 1024 ]; then die "this VM's disk has $(free_disk /var/lib/docker) MB left, another preview needs 1024 MB"; fi
  if [ "$(free_disk /mnt/onebox/)" -lt 256 ]; then die "the data volume has $(free_disk /mnt/onebox/) MB left, another preview needs 256 MB"; fi
}

# fit_files DIRECTORY: what only the VM knows.
fit_files() {
  local network users=''
  if [ ! -f "$1/environment.json" ]; then die 'these files are of another version of Onebox than this VM; update your clone and run this again'; fi
  network=$(intent network)
  printf 'ONEBOX_NETWORK=%s\nONEBOX_ADDRESS=%s.2\n' "$network" "$network" >>"$1/release.env"
  if [ -f "$1/users" ]; then users=$(cat "$1/users"); fi
  if [ -n "$users" ]; then echo users; else echo open; fi >"$1/way"
  sed -i -e "s/GATEWAY\.invalid/$network.1/g" -e "s|USERS\.invalid|$users|g" "$1/routes"
}
