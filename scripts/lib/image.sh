# shellcheck shell=bash disable=SC2034 # names that other files use
# The image of a commit: built once, pushed, and from then on known by its digest.

# name_commit: sets COMMIT, and TAG, which names the tree when it differs from the commit.
name_commit() {
  COMMIT=$(git -C "$ROOT" rev-parse HEAD 2>/dev/null) || refuse 'this is not a git checkout with a commit; images are named by commits'
  TAG=$COMMIT
  if [ -n "$(git -C "$ROOT" status --porcelain --untracked-files=normal)" ]; then
    local index
    index=$(mktemp "${TMPDIR:-/tmp}/onebox-index.XXXXXX")
    cp "$(git -C "$ROOT" rev-parse --absolute-git-dir)/index" "$index" 2>/dev/null || true
    TAG=dirty-$(cd "$ROOT" && GIT_INDEX_FILE=$index git add -A . >/dev/null 2>&1 && GIT_INDEX_FILE=$index git write-tree)
    COMMIT=$COMMIT-dirty
    rm -f "$index"
  fi
}

# short_commit: for people; what follows the hash, such as "-dirty", stays.
short_commit() { printf '%s' "$COMMIT" | sed -E 's/^([0-9a-f]{7})[0-9a-f]*/\1/'; }

# describe REFERENCE: sets IMAGE (by digest), COMMIT and SIZE; returns 4 when there is no such image.
describe() {
  local line code=0
  line=$("$NODE" "$ROOT/operator/bin/describe-image.ts" "$1" "$ONEBOX_SECRETS/docker/config.json" 2>"$ONEBOX_SECRETS/errors") || code=$?
  case $code in
    0) read -r IMAGE COMMIT SIZE <<<"$line" ;;
    4) return 4 ;;
    *) refuse "$(tail -n 1 "$ONEBOX_SECRETS/errors")" ;;
  esac
}

# begin_image: the tree's image; when the registry lacks it, its build begins, while other work is done.
begin_image() {
  local code=0
  name_commit
  BUILD='' IMAGE_NAME=$CFG_REPOSITORY:$TAG COMMIT_BUILT=$COMMIT
  describe "$IMAGE_NAME" || code=$?
  if [ "$code" -eq 0 ]; then return; fi
  need_space "$(docker info --format '{{.DockerRootDir}}')" 2048
  set -m # its own process group, so that it can be ended as a whole
  if [ -n "$VERBOSE" ]; then build_image 2>&1 | tee -a "$ONEBOX_LOG" & else build_image >>"$ONEBOX_LOG" 2>&1 & fi
  BUILD=$!
  set +m
}

build_image() {
  docker build --file "$ROOT/$CFG_DOCKERFILE" --build-arg "COMMIT=$COMMIT" --tag "$IMAGE_NAME" "$ROOT/$CFG_CONTEXT" \
    && docker_with_login push "$IMAGE_NAME"
}

# image_of_commit: waits for what begin_image began.
image_of_commit() {
  STEP_NOTE="$(short_commit) is in the registry"
  if [ -n "$BUILD" ]; then
    progress "building $(short_commit)"
    local build=$BUILD
    wait "$build" || return 1
    BUILD=''
    describe "$IMAGE_NAME"
    STEP_NOTE="$(short_commit) built and pushed"
  fi
  COMMIT=$COMMIT_BUILT # an image without the label is known by its tag
}

# docker_with_login ARGS: Docker with the registry login of .env, when there is one.
docker_with_login() {
  if grep -q auths "$ONEBOX_SECRETS/docker/config.json"; then
    DOCKER_CONFIG=$ONEBOX_SECRETS/docker docker "$@"
  else
    docker "$@"
  fi
}

# image_of_stage: prod runs what stage runs, by digest.
image_of_stage() {
  [ -n "$ADDRESS" ] || refuse 'there is no server yet, so stage serves nothing that prod could take; run: scripts/deploy.sh stage'
  local line row
  row=$(row_of stage 2>"$ONEBOX_SECRETS/errors") \
    || fail "the VM at $ADDRESS does not tell what stage serves: $(tail -n 1 "$ONEBOX_SECRETS/errors")" \
      'scripts/deploy.sh stage, which mends the VM, or name the image with --image'
  line=$(awk -F '\t' '$7 == "running" { print $5 }' <<<"$row")
  [ -n "$line" ] || refuse 'stage serves nothing that prod could take; run: scripts/deploy.sh stage'
  image_by_name "$line"
  STEP_NOTE="$(short_commit), the one that stage serves"
}

# image_by_name REFERENCE: what --image asks for.
image_by_name() {
  local code=0
  describe "$1" || code=$?
  if [ "$code" -ne 0 ]; then refuse "unknown image: $(tail -n 1 "$ONEBOX_SECRETS/errors")"; fi
  STEP_NOTE="$(short_commit)"
}

# need_space DIRECTORY MEGABYTES: refuses when the file system has less.
need_space() {
  local dir=$1 free
  while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
  free=$(df -Pm "$dir" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$2" ] || refuse "no disk space for the image: $dir has $free MB free, $2 MB are needed"
}

# need_space_on_vm MEGABYTES: the pull needs the compressed layers (SIZE, bytes), unpacked about three
# times that. MEGABYTES are those that are free.
need_space_on_vm() {
  local needed=$((SIZE * 4 / 1048576 + 256))
  [ "$1" -ge "$needed" ] || refuse "no disk space for the image: the VM has $1 MB free, $needed MB are needed; scripts/ssh.sh docker system df"
}
