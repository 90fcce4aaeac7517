# shellcheck shell=bash
# The release that serves, with data that have just come. Source it after host/release/prepare.sh.

: "${environment:?}"

# serve_data: the release's migrations run on them, and its app must be ready with them. `release` is set.
serve_data() {
  local slot migrations
  slot=$(serving)
  read -r _ migrations <<<"$(about "$(setting "${release:?}" ONEBOX_IMAGE)")"
  : "$migrations" # for migrate
  migrate
  restart_app "$slot" "$release"
  wait_ready "$slot" "$release"
  probe_slot "$slot" "$release"
}

# restart_app SLOT RELEASE: what runs goes on seeing the directories that were there when it was started.
restart_app() {
  local seconds
  seconds=$(setting "$2" ONEBOX_REQUESTS_SECONDS)
  PATIENCE=$((seconds + 60)) docker restart -t "$seconds" "$(container "$1")" >/dev/null
}
