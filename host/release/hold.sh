# shellcheck shell=bash
# Visitors' requests wait at the edge while the database restarts; Traefik's plugin bounds that for each of them.

: "${environment:?}" "${dir:?}" "${routes:?}"

readonly held=$environment.hold.yml

# hold_requests: from now on they wait; those under way have 10 s to end. Where the release that serves has no such way,
# it is of an older Onebox, nobody waits.
hold_requests() {
  local slot release
  slot=$(serving)
  release=$(release_in "$slot")
  if [ -e "$routes/$held" ]; then return 0; fi # since it failed
  if [ -z "$slot" ] || ! put "$held" "$release" "hold.$slot"; then return 0; fi
  for _ in $(seq 100); do
    if leads "$environment-hold" "$environment-$slot"; then break; fi
    sleep 0.05
  done
  quiet "$slot" 10 || true # streams do not end
}

# let_go: they go on, once the app has noticed that its database is back.
let_go() {
  if [ ! -e "$routes/$held" ] && [ ! -e "$dir/routes/$held" ]; then return 0; fi
  serves_again || say "warning: $environment's app does not answer 200 yet"
  rm -f "$dir/routes/$held" "$routes/$held"
}

# serves_again: what serves is ready, asked directly; waits 15 s for it.
serves_again() {
  local slot release path deadline=$((SECONDS + 15))
  slot=$(serving)
  release=$(release_in "$slot")
  path=$(setting "$release" ONEBOX_READINESS)
  find_door "$slot" "$release"
  until [ "$(readiness "$path")" = 'HTTP 200' ]; do
    if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    sleep 0.1
  done
}
