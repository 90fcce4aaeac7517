# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# The Docker images: those that the engine has; else from Docker Hub; else stand-ins built from
# packages by toolchain/images/NAME/build.sh, tagged with the same names and labelled onebox.stand-in.

DOCKER_HUB=https://registry-1.docker.io/v2/

images_is_here() { docker image inspect "${IMAGES[@]}" >/dev/null 2>&1; }

provide_images() {
  local image pulled=0 built=()
  need_space "$(docker info --format '{{.DockerRootDir}}')" 4
  for image in "${IMAGES[@]}"; do
    if docker image inspect "$image" >/dev/null 2>&1; then continue; fi
    if reachable "$DOCKER_HUB" && pull "$image"; then
      pulled=$((pulled + 1))
    else
      build_stand_in "$image"
      built+=("${image%%:*}")
    fi
  done
  STEP_NOTE="$pulled pulled"
  if [ "${#built[@]}" -gt 0 ]; then STEP_NOTE="stand-ins built: ${built[*]}"; fi
}

pull() { progress "pulling $1" && docker pull "$1"; }

build_stand_in() {
  progress "building a stand-in for $1"
  case ${1%%:*} in
    debian) command -v mmdebstrap >/dev/null || install_packages mmdebstrap debian-archive-keyring ;;
    traefik) need_go ;;
  esac
  "$ROOT/toolchain/images/${1%%:*}/build.sh"
}
