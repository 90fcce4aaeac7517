# shellcheck shell=bash
# The registry that the local cloud's servers pull from, and that is their mirror of Docker Hub.
# Source it after cloud.sh.

# shellcheck source=../../toolchain/versions.sh
. "$ROOT/toolchain/versions.sh"

# What hosts pull by its ordinary name, from the registry that is their mirror.
MIRRORED_IMAGES=("$TRAEFIK_IMAGE" "$POSTGRES_IMAGE")

# registry_image: sets MIRROR, the registry's image with these images in it; made anew when one of them has changed.
registry_image() {
  local ids work=$SCRATCH/registry here=$ROOT/emulator/registry
  if ! ids=$(docker image inspect --format '{{.Id}}' "$REGISTRY_IMAGE" "${MIRRORED_IMAGES[@]}" 2>&1); then
    printf 'error: an image is missing (%s); scripts/setup.sh local provides it\n' "${ids##*$'\n'}" >&2
    return 1
  fi
  MIRROR=onebox/registry:$({ cat "$here"/* && echo "$ids"; } | sha256 | cut -c 1-12)
  if docker image inspect "$MIRROR" >/dev/null 2>&1; then return; fi
  progress 'writing what servers pull'
  mkdir -p "$work/saved" "$work/context"
  docker save "${MIRRORED_IMAGES[@]}" | tar -x -C "$work/saved"
  "$NODE" "$here/write-images.ts" "$work/saved" "$work/context/content"
  cp "$here/Dockerfile" "$work/context"
  docker build --build-arg "REGISTRY=$REGISTRY_IMAGE" --label onebox.registry=true --tag "$MIRROR" "$work/context"
  rm -rf "$work"
  # Those of older versions go when no clone can be expected to ask for them.
  docker image prune --all --force --filter label=onebox.registry --filter until=720h
}

registry_answers() { curl -sf --noproxy '*' -m 3 -o /dev/null "http://$(cloud_field registry)/v2/"; }

# start_registry: the container that hosts pull from, at the same address inside and outside.
start_registry() {
  local name
  name=onebox-$(cloud_field id)-registry
  if ! docker start "$name" 2>/dev/null; then
    docker rm --force "$name" 2>/dev/null # its data are in a volume
    registry_image
    docker run --detach --name "$name" --restart unless-stopped \
      --label "onebox.cloud=$(cloud_field id)" --network "onebox-$(cloud_field id)" \
      --publish "$(cloud_field registry):5000" --volume "$name:/var/lib/registry" "$MIRROR"
  fi
  for _ in $(seq 100); do
    if registry_answers; then return; fi
    sleep 0.1
  done
  printf 'error: the registry does not answer at %s\n' "$(cloud_field registry)" >&2
  return 1
}

# mirrored IMAGE: true if the hosts can pull it.
mirrored() {
  curl -sf --noproxy '*' -m 3 -o /dev/null -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
    -H 'Accept: application/vnd.oci.image.manifest.v1+json' "http://$(cloud_field registry)/v2/library/${1%:*}/manifests/${1##*:}"
}

all_mirrored() {
  local image
  for image in "${MIRRORED_IMAGES[@]}"; do mirrored "$image" || return 1; done
}

# mirror_images: puts what hosts need into the registry, unless it is there: one that has served before has what
# was needed then.
mirror_images() {
  local image target
  for image in "${MIRRORED_IMAGES[@]}"; do
    if mirrored "$image"; then continue; fi
    if ! docker image inspect "$image" >/dev/null 2>&1; then
      printf 'error: image %s not found; scripts/setup.sh local provides it\n' "$image" >&2
      return 1
    fi
    progress "pushing $image"
    target=$(cloud_field registry)/library/$image
    docker tag "$image" "$target"
    docker push --quiet "$target"
    docker rmi "$target" # only the name
  done
}
