# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# The Docker images: those that the engine has; else from Docker Hub; else stand-ins built from
# packages by toolchain/images/NAME/build.sh, tagged with the same names and labelled onebox.stand-in.

DOCKER_HUB=https://registry-1.docker.io/v2/

images_is_here() { docker image inspect "${IMAGES[@]}" >/dev/null 2>&1; }

provide_images() {
  local image pulled=0 built=0
  need_space "$(docker info --format '{{.DockerRootDir}}')" 4
  for image in "${IMAGES[@]}"; do
    if docker image inspect "$image" >/dev/null 2>&1; then continue; fi
    if hub_answers && pull "$image"; then
      pulled=$((pulled + 1))
    else
      build_stand_in "$image"
      built=$((built + 1))
    fi
  done
  STEP_NOTE="$pulled pulled"
  if [ "$built" -gt 0 ]; then STEP_NOTE="$pulled pulled, $built stand-ins built from packages"; fi
}

# hub_answers: an engine with a mirror of its own may get through where this machine does not.
hub_answers() {
  [ "$(docker info --format '{{len .RegistryConfig.Mirrors}}')" != 0 ] || reachable "$DOCKER_HUB"
}

pull() { progress "pulling $1" && docker pull "$1"; }

build_stand_in() {
  local name=${1%%:*} version=${1#*:v}
  case $name in
    debian) need_mmdebstrap ;;
    traefik)
      build_go_tool traefik "traefik-$version" github.com/traefik/traefik/v3/cmd/traefik \
        "-X github.com/traefik/traefik/v3/pkg/version.Version=$version"
      ;;
  esac
  progress "building a stand-in for $1"
  "$ROOT/toolchain/images/$name/build.sh"
}

# need_mmdebstrap: without root it works in a user namespace, which uidmap's programs set up.
need_mmdebstrap() {
  if ! command -v mmdebstrap >/dev/null; then
    install_packages mmdebstrap debian-archive-keyring uidmap
  fi
}
