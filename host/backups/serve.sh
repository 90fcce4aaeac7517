# shellcheck shell=bash
# The release that serves, with data that have just come. Source it after host/release/prepare.sh.

: "${environment:?}"

# serve_data: the release's migrations run on them, and its app must be ready with them. `release` is set.
serve_data() {
  local slot migrations seconds
  slot=$(serving)
  seconds=$(setting "${release:?}" ONEBOX_REQUESTS_SECONDS)
  read -r _ migrations <<<"$(about "$(setting "$release" ONEBOX_IMAGE)")"
  : "$migrations" # for migrate
  migrate
  PATIENCE=$((seconds + 60)) docker restart -t "$seconds" "$(container "$slot")" >/dev/null
  wait_ready "$slot" "$release"
  probe_slot "$slot" "$release"
}
