# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # names that other files use, or set
# `registry: "none"`: images go to the VM over SSH. A registry on this computer, for the length of a run,
# gives them their digest; the VM reaches it through the connection and pulls only the layers that it lacks.

# shellcheck source=../../toolchain/versions.sh
. "$ROOT/toolchain/versions.sh"

# need_registry: starts it, unless images go through a repository. Its data stay in .onebox/images.
need_registry() {
  if [ "$CFG_REGISTRY" != none ] || [ -n "${OWN_REGISTRY:-}" ]; then return; fi
  remove_left_registries
  mkdir -p "$ONEBOX_DIR/images"
  OWN_REGISTRY_ID=$(docker run --detach --rm --user "$(id -u):$(id -g)" --label "onebox.images=$ROOT" --label "onebox.pid=$$" \
    --volume "$ONEBOX_DIR/images:/var/lib/registry" --publish 127.0.0.1::5000 "$REGISTRY_IMAGE") \
    || fail 'the registry on this computer does not start' 'the log says why'
  OWN_REGISTRY=$(docker port "$OWN_REGISTRY_ID" 5000/tcp | head -n 1)
  local deadline=$((SECONDS + 20))
  until curl -sf --noproxy '*' -m 3 -o /dev/null "http://$OWN_REGISTRY/v2/"; do
    if [ "$SECONDS" -ge "$deadline" ]; then fail 'the registry on this computer does not answer' "docker logs $OWN_REGISTRY_ID"; fi
    sleep 0.1
  done
}

# remove_left_registries: those of runs of this clone that were killed.
remove_left_registries() {
  local id pid
  docker ps --filter "label=onebox.images=$ROOT" --format '{{.ID}} {{.Label "onebox.pid"}}' | while read -r id pid; do
    if ! kill -0 "$pid" 2>/dev/null; then docker rm --force "$id"; fi
  done
}

# close_registry: what clean_up calls.
close_registry() { if [ -n "${OWN_REGISTRY_ID:-}" ]; then docker rm --force "$OWN_REGISTRY_ID" >/dev/null 2>&1; fi; }

# asked_as IMAGE: the name by which this computer reaches what the VM calls IMAGE.
asked_as() { printf '%s' "${OWN_REGISTRY:+$OWN_REGISTRY/}${1#"${OWN_REGISTRY:+${CFG_REPOSITORY%%/*}/}"}"; }

# send_image: has the VM pull IMAGE through SSH, unless it has it. Another run may be using the port there.
send_image() {
  local said=$ONEBOX_SECRETS/sent deadline=$((SECONDS + 120))
  if [ "$CFG_REGISTRY" != none ] || on_vm "docker image inspect $IMAGE" >/dev/null 2>&1; then return; fi
  need_registry
  progress 'sending the image over SSH'
  until ssh_to_vm -o ExitOnForwardFailure=yes -R "${CFG_REPOSITORY%%/*}:$OWN_REGISTRY" onebox "docker pull $IMAGE" 2>&1 | tee "$said"; do
    if ! grep -q 'remote port forwarding failed' "$said" || [ "$SECONDS" -ge "$deadline" ]; then
      fail "the VM could not get the image over SSH: $(tail -n 1 "$said")" 'run this again'
    fi
    sleep 0.5
  done
}
