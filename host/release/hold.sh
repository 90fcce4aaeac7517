# shellcheck shell=bash
# Visitors' requests wait at the edge while the database restarts, or while the VM boots; Traefik's plugin bounds that
# for each of them.

: "${environment:?}" "${dir:?}" "${routes:?}" "${run:?}"

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

# hold_boot: while the VM boots, they wait for their own environment's app, and nobody for another's. host/edge/hold
# lets visitors in once it is told. Sets booting.
hold_boot() {
  local slot
  if [ ! -e /run/onebox/holding ]; then return 0; fi
  booting=1
  slot=$(serving)
  if [ -n "$slot" ]; then put "$held" "$(release_in "$slot")" "hold.$slot" || true; fi
  install -d -m 0700 "$run"
  : >"$run/waits"
}

# let_go: they go on, once the app has noticed that its database is back.
let_go() {
  if [ ! -e "$routes/$held" ] && [ ! -e "$dir/routes/$held" ]; then return 0; fi
  serves_again || say "warning: $environment's app does not answer 200 yet"
  rm -f "$dir/routes/$held" "$routes/$held"
}

# serves_again: what serves is ready, health-checked directly; waits 15 s for it, after a boot as long as a release would.
serves_again() {
  local slot release path deadline
  slot=$(serving)
  release=$(release_in "$slot")
  deadline=$((SECONDS + $(if [ -n "${booting:-}" ]; then setting "$release" ONEBOX_READY_SECONDS; else echo 15; fi)))
  path=$(setting "$release" ONEBOX_READINESS)
  find_app "$slot" "$release"
  until [ "$(readiness "$path")" = 'HTTP 200' ]; do
    if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    sleep 0.1
  done
}
