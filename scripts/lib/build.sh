# shellcheck shell=bash disable=SC2153,SC2154 # names that image.sh or config.sh set
# The build of a commit's image. The same commit gives the same digest: the context is what git has of
# it, every file with one fixed time, and the image's own date is the commit's.

PLATFORMS=linux/amd64,linux/arm64 # what a builder of its own builds for

# export_tree DIRECTORY: the files of the tree that name_commit has named. What git does not know of, such
# as plain text that it ignores, cannot get into a build context. Links inside git's work tree stay links.
export_tree() (
  mkdir -p "$1" || exit
  umask 022
  export GIT_INDEX_FILE=$1.index
  git -C "$ROOT" read-tree "$TREE" && git -C "$ROOT" checkout-index --all --prefix="$1/" || exit
  rm -f "$GIT_INDEX_FILE"
  find "$1" -exec env TZ=UTC touch -h -t 198001010000 {} +
)

# builder: buildx with a builder of its own, which can build for several platforms; buildx with the
# engine's; or the engine's old one.
builder() {
  case $(docker buildx inspect 2>/dev/null | sed -n 's/^Driver: *//p' | head -n 1) in
    docker-container | kubernetes | remote | cloud) echo own ;;
    '') echo legacy ;;
    *) echo engine ;;
  esac
}

# build_image: builds from $BUILD_TREE, into the builder's cache, and for the engine $ONEBOX_SECRETS/image
# names what came out. For the engine's old builder each label would be one step more: steady_image adds them.
build_image() {
  local arch
  if [ "$BUILDER" != legacy ]; then "$NODE" "$ROOT/operator/bin/image-labels.ts" "$ROOT" "$COMMIT_BUILT" "$EPOCH" >"$BUILD_TREE.labels"; fi
  case $BUILDER in
    own) run_build --output type=cacheonly ;;
    engine) run_build --platform "$CFG_PLATFORM" --iidfile "$ONEBOX_SECRETS/image" && steady_image ;;
    legacy)
      arch=$(docker version --format '{{.Server.Arch}}')
      run_build --platform "$CFG_PLATFORM" --iidfile "$ONEBOX_SECRETS/image" --build-arg "BUILDPLATFORM=linux/$arch" && steady_image
      ;;
  esac
}

# push_from_builder NAME: what build_image has left in a cache, under NAME. No attestations are inside: they
# hold the moment of the build. They are made of the digest, beside it.
push_from_builder() {
  run_build --output "type=image,name=$1,push=true,oci-mediatypes=true,rewrite-timestamp=true"
}

# run_build ARGS: Docker's build with what every image is given.
run_build() {
  local label arguments=(--file "$BUILD_TREE/$CFG_DOCKERFILE" --build-arg "COMMIT=$COMMIT_BUILT" --build-arg "SOURCE_DATE_EPOCH=$EPOCH")
  if [ "$BUILDER" != legacy ]; then
    while IFS= read -r label; do arguments+=(--label "$label"); done <"$BUILD_TREE.labels"
    arguments+=(--label "onebox.migrations=$(migrations)")
  fi
  if [ "$BUILDER" = own ]; then
    docker_with_login buildx build "${arguments[@]}" --platform "$PLATFORMS" --provenance=false --sbom=false "$@" "$BUILD_TREE/$CFG_CONTEXT"
  else
    docker build "${arguments[@]}" "$@" "$BUILD_TREE/$CFG_CONTEXT"
  fi
}

# migrations: git's name for the content of their folder, by which the VM sees that none is new.
migrations() {
  if [ -n "$CFG_MIGRATIONS" ]; then git -C "$ROOT" rev-parse --verify --quiet "$TREE:$CFG_MIGRATIONS" || true; fi
}

# steady_image: builders before BuildKit 0.11 write the moment and the container of the build into the
# image's configuration. It is written anew without them; the layers stay as they are.
steady_image() (
  id=$(cat "$ONEBOX_SECRETS/image") dir=$ONEBOX_SECRETS/steady
  docker history --no-trunc --human=false --format '{{json .}}' "$id" >"$dir.history" &
  docker image inspect "$id" >"$dir.inspected" && wait "$!" || return
  "$NODE" "$ROOT/operator/bin/steady-image.ts" "$dir" "$ROOT" "$COMMIT_BUILT" "$EPOCH" \
    "onebox.migrations=$(migrations)" >"$ONEBOX_SECRETS/image" || return
  if [ -d "$dir" ]; then tar -C "$dir" -c . | docker load; fi
)
