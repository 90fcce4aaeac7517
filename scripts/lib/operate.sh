# shellcheck shell=bash disable=SC2034 # names that other files use
# What the VM does when it is told so by SSH; Terraform's state follows.

# work_on_vm COMMAND: has the VM do it; exit code 3 when somebody else is at work there.
work_on_vm() {
  local said=$ONEBOX_SECRETS/operate code=0
  progress 'asking the VM'
  on_vm "$1" 2>&1 | tee "$said" | show_steps || code=$?
  if [ "$code" -eq 3 ]; then held "$ENVIRONMENT" "$said"; fi
  return "$code"
}

# hand_over: brings the release's directory and runs the command, as Terraform would, but in one connection.
hand_over() {
  local inbox=/opt/onebox/inbox/${RELEASE_FILES##*/}
  work_on_vm "umask 077 && mkdir $inbox && tar -x --no-same-owner -C $inbox \
    && exec /opt/onebox/bin/operate $ENVIRONMENT release --from $inbox --wait $PATIENCE" \
    < <(tar -C "$RELEASE_FILES" -c .)
}

# take_over: Terraform's state takes over the release that was handed over.
take_over() {
  refer_to_release
  update_state
}

# update_state: the VM has the release, and nothing is delivered to it but the name. Whoever is at work there
# meanwhile, or has been, brings the state along.
update_state() {
  local PATIENCE=30 code=0
  progress 'terraform apply'
  STEP_NOTE="release $RELEASE"
  terraform_unless_held "$ENVIRONMENT" apply -auto-approve || code=$?
  if [ "$code" -eq 3 ]; then code=0 STEP_NOTE='left to the deploy that is under way'; fi
  return "$code"
}
