# shellcheck shell=bash disable=SC2034 # names that other files use
# Which release an environment serves, and the variables of the one that its stack is about.

# prepare_release: renders everything that the release of IMAGE and COMMIT consists of on the VM into one directory,
# RELEASE_FILES, and names it.
prepare_release() {
  RELEASE_FILES=$ONEBOX_SECRETS/release/$ENVIRONMENT.${ONEBOX_SECRETS##*.}
  render_release "$ONEBOX_SECRETS" "${STACK:-$ENVIRONMENT}" "--commit=$COMMIT" ${BRANCH:+"--branch=$BRANCH" "--expires=$EXPIRES"}
}

# render_release ARGS: operator/bin/render-release.ts, which refuses what has another form than expected; sets RELEASE.
render_release() {
  RELEASE=$("$NODE" "$ROOT/operator/bin/render-release.ts" "$RELEASE_FILES" "--by=$(who_deploys)" "--image=$IMAGE" "$@" \
    2>"$ONEBOX_SECRETS/errors") || refuse "$(cat "$ONEBOX_SECRETS/errors")"
  export_release
}

# export_release: the variables of the environment's stack.
export_release() {
  export TF_VAR_image=$IMAGE TF_VAR_release=$RELEASE TF_VAR_release_files=$RELEASE_FILES TF_VAR_wait=${PATIENCE:-0}
}

# who_deploys: for the history on the VM; only characters that need no quotes anywhere.
who_deploys() {
  printf '%s' "${GITHUB_ACTOR:-$(git -C "$ROOT" config user.email || printf '%s@%s' "$(id -un)" "$(uname -n)")}" | tr -cd 'A-Za-z0-9@._+-'
}
