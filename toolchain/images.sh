# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to side-by-side.sh
# The Docker images, for the local cloud: those that the engine has; else from Docker Hub; else stand-ins
# built from packages by toolchain/images/NAME/build.sh, tagged with the same names and labelled
# onebox.stand-in. And the image of the cloud's servers, which is always built here.

DOCKER_HUB=https://registry-1.docker.io/v2/

debian_is_here() { image_is_here "$DEBIAN_IMAGE"; }
node_is_here() { image_is_here "$NODE_IMAGE"; }
postgres_is_here() { image_is_here "$POSTGRES_IMAGE"; }
registry_is_here() { image_is_here "$REGISTRY_IMAGE"; }
traefik_is_here() { image_is_here "$TRAEFIK_IMAGE"; }
server_is_here() { image_is_here "$("$ROOT/emulator/hosts/build.sh" --name)"; }

provide_debian() { provide_image "$DEBIAN_IMAGE"; }
provide_node() { provide_image "$NODE_IMAGE"; }
provide_postgres() { provide_image "$POSTGRES_IMAGE"; }
provide_registry() { provide_image "$REGISTRY_IMAGE"; }
provide_traefik() { provide_image "$TRAEFIK_IMAGE"; }

provide_server() {
  progress 'building the image of the servers'
  "$ROOT/emulator/hosts/build.sh"
  STEP_NOTE="the local cloud's servers"
}

# image_is_here NAME: also true where nobody wants it.
image_is_here() { all_images_are_here || ! is_local || docker image inspect "$1" >/dev/null 2>&1; }

# all_images_are_here: asked until it is so.
all_images_are_here() {
  if [ -z "${ALL_IMAGES:-}" ]; then
    docker image inspect "${IMAGES[@]}" "$("$ROOT/emulator/hosts/build.sh" --name)" >/dev/null 2>&1 || return
    ALL_IMAGES=1
  fi
}

# is_local: whether the cloud is the local one. A configuration with problems wants nothing: who called this
# reports them.
is_local() {
  if [ -z "$CLOUD" ]; then
    CLOUD=$("$NODE" "$ROOT/cli/bin/print-config.ts" 2>/dev/null | sed -n 's/^CLOUD=//p') || true
    CLOUD=${CLOUD:-unknown}
  fi
  [ "$CLOUD" = local ] || return
  [ "$(uname -s)" = Linux ] || refuse 'the local cloud needs Linux; on this system use cloud: "hetzner"'
}

provide_image() {
  need_space "$(docker info --format '{{.DockerRootDir}}')" 4
  if hub_answers && pull "$1"; then
    STEP_NOTE="$1, pulled"
  else
    build_stand_in "$1"
    STEP_NOTE="$1, a stand-in built from packages"
  fi
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
    traefik) build_traefik "$version" ;;
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
