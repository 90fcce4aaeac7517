# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # names that other files use, or set
# One preview: what it is called, what it runs, and its part of Terraform's state: a workspace of the stack that
# all previews share.

# name_branch: takes the branch's commit.
name_branch() {
  local from
  for from in "refs/heads/$BRANCH" "refs/remotes/origin/$BRANCH"; do
    if take_commit "$from"; then return; fi
  done
  refuse "there is no branch \"$BRANCH\" here or at origin; git fetch may bring it"
}

# name_preview: sets ENVIRONMENT, its host and the stack's variables.
name_preview() {
  local said
  need_previews
  said=$("$NODE" "$ROOT/operator/bin/name-preview.ts" "$BRANCH" 2>&1) || refuse "$said"
  read -r SLUG CFG_HOST_preview <<<"$said"
  ENVIRONMENT=preview-$SLUG STACK=preview
  EXPIRES=$(($(date +%s) + ${HOURS:-$CFG_PREVIEW_HOURS} * 3600))
  export TF_VAR_slug=$SLUG
}

preview_image() {
  if [ -n "$REFERENCE" ]; then image_by_name "$REFERENCE"; else image_of_commit; fi
  prepare_release
}

# begin_workspaces: Terraform remembers which one was made last, and asks when that has gone; it forgets it here.
begin_workspaces() {
  rm -f "$ONEBOX_DIR/terraform/$CFG_CLOUD-$CFG_NAME/preview/environment"
  tf_init preview
}

# in_workspace SLUG COMMAND...: with that preview's state, whichever Terraform has last been told to use.
in_workspace() { TF_WORKSPACE=$1 "${@:2}"; }
workspaces() { tf preview workspace list | sed -e 's/^[* ]*//' -e '/^default$/d' -e '/^$/d'; }

# release_preview: Terraform brings it, whatever it remembers: its time begins anew.
release_preview() {
  send_image
  progress 'terraform apply'
  begin_workspaces
  if ! workspaces | grep -qxF "$SLUG"; then
    tf preview workspace new "$SLUG"
    begin_workspaces
  fi
  in_workspace "$SLUG" apply preview -replace=null_resource.deployment
  STEP_NOTE="until $(date -d "@$EXPIRES" '+%Y-%m-%d %H:%M' 2>/dev/null || date -r "$EXPIRES" '+%Y-%m-%d %H:%M')"
}

remove_preview() {
  work_on_vm "/opt/onebox/bin/operate $ENVIRONMENT remove --wait $PATIENCE --by $(who_deploys)"
  forget_states "$(on_vm /opt/onebox/bin/preview-list | cut -f 1)"
  STEP_NOTE="nothing of it is left"
}

# forget_states SLUGS: removes the state of every preview but these, which the VM has: whatever took it down.
forget_states() {
  local name
  begin_workspaces
  workspaces | while read -r name; do
    if grep -qxF "$name" <<<"$1"; then continue; fi
    in_workspace default tf preview workspace delete -force "$name" </dev/null || true # its preview may just be put up again
  done
}

list_previews() {
  begin_quietly ''
  need_previews
  find_server
  : >"$ONEBOX_SECRETS/previews"
  if [ -n "$ADDRESS" ]; then
    on_vm /opt/onebox/bin/preview-list >"$ONEBOX_SECRETS/previews" 2>"$ONEBOX_SECRETS/errors" \
      || fail "the VM at $ADDRESS does not answer: $(tail -n 1 "$ONEBOX_SECRETS/errors")" 'run this again'
    quiet_step state forget_states "$(cut -f 1 "$ONEBOX_SECRETS/previews")"
  fi
  "$NODE" "$ROOT/operator/bin/print-previews.ts" "$FORMAT" <"$ONEBOX_SECRETS/previews"
}

need_previews() { [ -n "$CFG_PREVIEW_HOURS" ] || refuse 'onebox.config.ts has no previews section (docs/previews.md)'; }
