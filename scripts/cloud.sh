#!/usr/bin/env bash
# The local cloud: the Hetzner Cloud API on this computer, with servers that are Linux hosts.
# Usage: scripts/cloud.sh COMMAND
#   start         starts it, unless it runs; servers that were running come back
#   stop          stops its servers, its registry and its process; all data are kept
#   reset [--yes] removes all of it: servers, volumes, addresses, registry, state
#   status        what it holds; exit code 1 when it is not running
#   env           prints HCLOUD_ENDPOINT, HETZNER_ENDPOINT, HCLOUD_TOKEN and ONEBOX_DNS for: eval "$(scripts/cloud.sh env)"
#   token …       further projects and read-only access; fault … makes things go wrong; clock … tells
#                 and moves the cloud's time; console … prints a server's: each has a --help of its own
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/cloud.sh"
. "$ROOT/scripts/lib/cloud-registry.sh"

need_docker() {
  command -v docker >/dev/null || refuse "the local cloud needs Docker; scripts/setup.sh local installs it"
  docker info >/dev/null 2>&1 || refuse "Docker does not answer; scripts/setup.sh local starts it"
}

start_parts() {
  if ! api_answers; then
    progress 'building the image of the servers'
    "$ROOT/emulator/hosts/build.sh"
    progress 'starting the API'
    start_emulator
  fi
  progress 'starting the registry'
  start_registry
  mirror_images
  # shellcheck disable=SC2034 # common.sh prints it
  STEP_NOTE=$(cloud_field endpoint)
}

start() {
  if api_answers && all_mirrored; then
    printf 'local cloud %s runs at %s\n' "$(cloud_field id)" "$(cloud_field endpoint)"
    return
  fi
  need_docker
  open_log cloud
  mkdir -p "$CLOUD_DIR"
  # One start at a time; a second one then finds the cloud running.
  exec 8>"$ONEBOX_DIR/cloud.lock"
  flock 8
  step 'local cloud' start_parts
}

stop() {
  local id
  id=$(cloud_field id)
  stop_authority
  stop_emulator
  [ -n "$id" ] || return 0
  need_docker
  stop_parts "$id"
  printf 'local cloud %s is stopped; scripts/cloud.sh start brings it back\n' "$id"
}

reset() {
  local id answer
  id=$(cloud_field id)
  if [ -z "$id" ] && [ ! -d "$CLOUD_DIR" ]; then printf 'there is no local cloud\n' && return; fi
  if [ "${1:-}" != --yes ]; then
    printf 'This removes every server, volume and address of local cloud %s, with their data. Type yes: ' "$id"
    read -r answer || true
    [ "$answer" = yes ] || refuse 'nothing was removed'
  fi
  need_docker
  stop_authority
  stop_emulator
  if [ -n "$id" ]; then remove_parts "$id"; fi
  # Terraform's local state described what is gone now.
  rm -rf "$CLOUD_DIR" "$ONEBOX_DIR/cloud.lock" "$ONEBOX_DIR/state"
  printf 'local cloud %s is gone\n' "$id"
}

# control COMMAND…: asks the emulator for what is not part of the API.
control() { ONEBOX_PROGRAM=scripts/cloud.sh exec "$NODE" "$ROOT/emulator/control/command.ts" "$CLOUD_DIR" "$@"; }

main() {
  local command=${1:-}
  case $command in token | fault | clock | console) control "$@" ;; esac
  case " $* " in *' -h '* | *' --help '*) usage && exit 0 ;; esac
  [ "$#" -gt 0 ] && shift
  case $command:$* in
    start: | stop: | reset: | reset:--yes | status: | env:) ;;
    :*) refuse 'which command? start, stop, reset, status, env, console, token, fault or clock (--help)' ;;
    *) refuse "unknown: '$command${*:+ $*}' (--help)" ;;
  esac
  [ "$(uname -s)" = Linux ] || refuse 'the local cloud runs on Linux only; cloud: "hetzner" works here'
  case $command in
    start) start ;;
    stop) stop ;;
    reset) reset "$@" ;;
    status) "$NODE" "$ROOT/emulator/status.ts" "$CLOUD_DIR" ;;
    env) control env ;;
  esac
}

main "$@"
