# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# A running Docker engine: the one that answers; else the installed one is started.

DOCKER_MANUAL=https://docs.docker.com/engine/install/

docker_is_here() { docker info >/dev/null 2>&1; }

# docker_is_missing: whether client or engine must be installed. An engine elsewhere (a remote one, a
# mounted socket) needs none here, even if it does not answer yet.
docker_is_missing() {
  if [ "$(uname -s)" != Linux ]; then return 1; fi
  if ! command -v docker >/dev/null; then return 0; fi
  if [ -n "${DOCKER_HOST:-}" ] || find_dockerd >/dev/null || docker_is_here || docker_is_forbidden; then return 1; fi
}

docker_is_forbidden() {
  case $(docker info 2>&1) in *'permission denied'*) return 0 ;; *) return 1 ;; esac
}

find_dockerd() { PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin command -v dockerd; }

provide_docker() {
  command -v docker >/dev/null || refuse "Docker is missing; install it: $DOCKER_MANUAL"
  refuse_if_forbidden
  if [ -n "${DOCKER_HOST:-}" ]; then refuse "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST"; fi
  if [ "$(uname -s)" = Darwin ]; then refuse 'Docker is not running; run: open -a Docker'; fi
  find_dockerd >/dev/null || refuse "no Docker engine is installed; install it: $DOCKER_MANUAL"
  progress 'starting the engine'
  start_docker
  STEP_NOTE="engine $(docker version --format '{{.Server.Version}}')"
}

refuse_if_forbidden() {
  if docker_is_forbidden; then
    refuse "your user may not talk to Docker; run: sudo usermod -aG docker $(id -un), then log in again"
  fi
}

# start_docker: by the system's own means if they work, else by hand.
start_docker() {
  local sudo=() how='sudo systemctl start docker'
  [ -d /run/systemd/system ] || how='sudo service docker start'
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || refuse "the Docker engine is not running; run: $how"
    sudo=(sudo -n)
  fi
  if [ -d /run/systemd/system ]; then
    ${sudo[@]+"${sudo[@]}"} systemctl start docker 3>&- 9>&- || true
  else
    ${sudo[@]+"${sudo[@]}"} service docker start 3>&- 9>&- </dev/null || true
    # The init script of some Debian releases fails where limits can't be raised: then by hand.
    wait_for_docker 3 || docker_is_forbidden || start_dockerd_by_hand
  fi
  wait_for_docker 60 || refuse_if_forbidden
  docker_is_here || refuse "the Docker engine does not start; see why: $how, and ${DOCKERD_LOG:-journalctl -u docker}"
}

# start_dockerd_by_hand: in a session of its own and with no file of ours open, so that it outlives
# this run, its terminal and its Ctrl-C.
start_dockerd_by_hand() {
  DOCKERD_LOG=/var/log/dockerd.log
  # shellcheck disable=SC2016 # for the shell that is started
  ${sudo[@]+"${sudo[@]}"} sh -c 'PATH=$PATH:/usr/sbin:/sbin exec setsid "$0" >>"$1" 2>&1 </dev/null 3>&- 9>&- &' "$(find_dockerd)" "$DOCKERD_LOG"
}

# wait_for_docker SECONDS
wait_for_docker() {
  local end=$((SECONDS + $1))
  until docker_is_here; do
    if [ "$SECONDS" -ge "$end" ] || docker_is_forbidden; then return 1; fi
    sleep 0.3
  done
}
