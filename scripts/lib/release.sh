# shellcheck shell=bash disable=SC2034 # names that other files use
# Which release an environment serves, and the variables of the one that its stack is about.

readonly commit_form='^(none|unknown|([0-9a-f]{40}|[0-9a-f]{64})(-dirty)?)$'

# row_of ENVIRONMENT: the line of host/status about what serves; empty when nothing does.
row_of() { on_vm /opt/onebox/bin/status | awk -F '\t' -v e="$1" '$1 == e && $2 == "serving"'; }

# newest_row_of ENVIRONMENT: the line about its canary, or else about what serves.
newest_row_of() {
  on_vm /opt/onebox/bin/status | awk -F '\t' -v e="$1" '
    $1 == e { found[$2] = $0 }
    END { print ("canary" in found) ? found["canary"] : found["serving"] }'
}

# serving_release ENVIRONMENT: the variables of the release that it serves now, or is trying in a canary.
serving_release() {
  local row=''
  ENVIRONMENT=$1
  if [ -n "$ADDRESS" ]; then row=$(newest_row_of "$1"); fi
  if [ -z "$row" ]; then row=$(printf '%s\tserving\tblue\tnone\tnone\tnone' "$1"); fi
  IFS=$'\t' read -r _ _ _ RELEASE IMAGE COMMIT _ <<<"$row"
  # Releases from before it was looked at may name anything.
  if ! [[ $COMMIT =~ $commit_form ]]; then COMMIT=unknown; fi
  prepare_release
}

# no_release: values for a stack that is only to be destroyed.
no_release() { RELEASE=none IMAGE=none COMMIT=none && prepare_release; }

# prepare_release: the variables of an environment's stack. Needs IMAGE and COMMIT, and RELEASE for one
# that is there already; a new one is named after its image and a hash of all that it consists of.
prepare_release() {
  check_release
  if [ -z "${RELEASE:-}" ]; then
    RELEASE=$(cat "$ROOT/cdktf.out/stacks/${STACK:-$ENVIRONMENT}/cdk.tf.json" "$ONEBOX_SECRETS/env_hash" | sha256)
    RELEASE=$(printf '%.12s-%.4s' "${IMAGE##*sha256:}" "$RELEASE")
  fi
  export TF_VAR_image=$IMAGE TF_VAR_release=$RELEASE TF_VAR_commit=$COMMIT
  TF_VAR_by=$(who_deploys)
  export TF_VAR_by TF_VAR_canary=${CANARY:-0} TF_VAR_canary_rest=$((100 - ${CANARY:-0})) TF_VAR_canary_way=${CANARY_WAY:-canary}
  # Its own name goes with it to the VM.
  if [ -d "$ONEBOX_SECRETS/release" ]; then mv "$ONEBOX_SECRETS/release" "$ONEBOX_SECRETS/$ENVIRONMENT"; fi
  export TF_VAR_wait=${PATIENCE:-0} TF_VAR_secret_files=$ONEBOX_SECRETS/$ENVIRONMENT
}

# check_release: what a registry, the engine or the VM has told goes into commands and files on the VM; nothing else
# than these forms does.
check_release() {
  local digest='sha256:[0-9a-f]{64}'
  [[ $IMAGE =~ ^(none|[a-z0-9][a-z0-9.:/_-]*@$digest)$ ]] || refuse "this is no image with its digest: $(printable "$IMAGE")"
  [[ $COMMIT =~ $commit_form ]] || refuse "this is no commit: $(printable "$COMMIT")"
  [[ ${RELEASE:-none} =~ ^(none|[0-9a-f]{12}-[0-9a-f]{4})$ ]] || refuse "this is no release's name: $(printable "$RELEASE")"
}

# printable TEXT: at most 80 characters of it, with nothing that a terminal would obey.
printable() { printf '%s' "$1" | LC_ALL=C tr -c '[:print:]' '?' | cut -c 1-80; }

# who_deploys: for the history on the VM; only characters that need no quotes anywhere.
who_deploys() {
  printf '%s' "${GITHUB_ACTOR:-$(git -C "$ROOT" config user.email || printf '%s@%s' "$(id -un)" "$(uname -n)")}" | tr -cd 'A-Za-z0-9@._+-'
}
