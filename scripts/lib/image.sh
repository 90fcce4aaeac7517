# shellcheck shell=bash disable=SC2034 # names that other files use
# The image of a commit: built once, pushed, and from then on known by its digest.

# shellcheck source=commit.sh
. "$ROOT/scripts/lib/commit.sh"
# shellcheck source=build.sh
. "$ROOT/scripts/lib/build.sh"
# shellcheck source=describe.sh
. "$ROOT/scripts/lib/describe.sh"
# shellcheck source=own-registry.sh
. "$ROOT/scripts/lib/own-registry.sh"

# begin_tree: takes the tree out of git, while other work is done; begin_build waits for it. The
# configuration need not be known yet.
begin_tree() {
  name_commit
  COMMIT_BUILT=$COMMIT
  BUILD_TREE=$SCRATCH/tree
  export_tree "$BUILD_TREE" >>"$ONEBOX_LOG" 2>&1 &
  TAKEN_OUT=$!
}

# begin_build: builds the tree, while other work is done; image_of_commit waits for it. The registry
# need not be known yet: push_to tells.
begin_build() {
  if [ -z "${BUILD_TREE:-}" ]; then begin_tree; fi
  # Another builder than the engine's own could not push to a registry on this computer.
  if [ "$CFG_REGISTRY" = none ]; then export BUILDX_BUILDER=default; fi
  BUILDER=$(builder)
  wait "$TAKEN_OUT" || fail "git could not take $(short_commit) out into $BUILD_TREE" "$ONEBOX_LOG says why"
  mkfifo "$ONEBOX_SECRETS/push"
  # Open at both ends: whoever tells does not wait until somebody reads.
  exec 8<>"$ONEBOX_SECRETS/push"
  set -m # its own process group, so that it can be ended as a whole
  # What it says is the image step's, which may begin after the build has ended.
  if [ -n "$VERBOSE" ]; then build_and_push 2>&1 3>&- | tee "$SCRATCH/build" & else build_and_push >"$SCRATCH/build" 2>&1 3>&- & fi
  BUILD=$!
  set +m
  need_space "$(docker info --format '{{.DockerRootDir}}')" 2048
}

# build_and_push: when push_to has told where, the build goes on as a push.
build_and_push() {
  local name
  build_image
  # Whoever would tell may have been killed.
  until read -r -t 5 name <&8; do kill -0 "$$" 2>/dev/null || return; done
  if [ "$BUILDER" = own ]; then
    push_from_builder "$name"
  else
    docker tag "$(cat "$ONEBOX_SECRETS/image")" "$name" && docker_with_login push "$name"
  fi >"$ONEBOX_SECRETS/pushed" 2>&1
}

# push_to NAME: where what is being built goes.
push_to() {
  if [ -z "${TOLD:-}" ]; then printf '%s\n' "$(asked_as "$1")" >&8; fi
  TOLD=1
}

# end_build: kills it, when there is one.
end_build() {
  wait "${TAKEN_OUT:-$$}" 2>/dev/null || true # else it would go on writing what is removed
  if [ -n "${BUILD:-}" ]; then kill -- "-$BUILD" 2>/dev/null || true; fi
  BUILD=''
}

# wait_for_build: until it has ended; what it and the push said goes into the log.
wait_for_build() {
  local code=0
  wait "$BUILD" || code=$?
  BUILD=''
  cat "$SCRATCH/build" >>"$ONEBOX_LOG"
  if [ -f "$ONEBOX_SECRETS/pushed" ]; then cat "$ONEBOX_SECRETS/pushed" >>"$ONEBOX_LOG"; fi
  return "$code"
}

# image_of_commit: the registry's image of the tree; one that it lacks is built and pushed.
image_of_commit() {
  local code=0 name=$CFG_REPOSITORY:$TAG
  describe "$name" "${ASKING:-}" || code=$?
  if [ "$code" -eq 0 ]; then
    end_build
    STEP_NOTE="$(short_commit) is in the registry"
  else
    progress "building $(short_commit)"
    push_to "$name"
    wait_for_build || return 1
    take_pushed "$name"
    STEP_NOTE="$(short_commit) built and pushed"
  fi
  COMMIT=$COMMIT_BUILT # an image without the label is known by its tag
}

# take_pushed NAME: sets IMAGE (by digest) and SPACE.
take_pushed() {
  if [ "$BUILDER" = own ]; then
    describe "$1"
    return
  fi
  IMAGE=${1%:*}@$(sed -nE 's/.* digest: (sha256:[0-9a-f]{64}) .*/\1/p' "$ONEBOX_SECRETS/pushed")
  SPACE=$(docker image inspect --format '{{.Size}}' "$(cat "$ONEBOX_SECRETS/image")")
  if [ -n "${OWN_REGISTRY:-}" ]; then docker image rm "$(asked_as "$1")"; fi # a name for this run only
}

# docker_with_login ARGS: Docker with the registry login of .env, when there is one; its plugins and
# builders stay the user's.
docker_with_login() {
  local own=${DOCKER_CONFIG:-$HOME/.docker} with=$ONEBOX_SECRETS/docker
  if ! grep -q auths "$with/config.json" 2>/dev/null; then
    docker "$@"
    return
  fi
  if [ -d "$own/cli-plugins" ]; then ln -sfn "$own/cli-plugins" "$with/cli-plugins"; fi
  BUILDX_CONFIG=${BUILDX_CONFIG:-$own/buildx} DOCKER_CONFIG=$with docker "$@"
}

# image_by_name REFERENCE: what --image asks for.
image_by_name() {
  local code=0
  describe "$1" || code=$?
  if [ "$code" -ne 0 ]; then refuse "unknown image: $(tail -n 1 "$ONEBOX_SECRETS/undescribed")"; fi
  STEP_NOTE="$(short_commit)"
}

# need_space DIRECTORY MEGABYTES: refuses when the file system has less.
need_space() {
  local dir=$1 free
  while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
  free=$(df -Pm "$dir" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$2" ] || refuse "no disk space for the image: $dir has $free MB free, $2 MB are needed"
}
