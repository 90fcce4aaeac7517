# shellcheck shell=bash disable=SC2034,SC2154 # names that other files use, or set
# What a deploy does to the server and to the environment on it. deploy.sh sources it, after what it needs.

# server: creates the VM and what surrounds it, or mends what differs from its definition.
server() {
  progress 'terraform apply'
  apply_server
  find_server
  STEP_NOTE=$ADDRESS
}

# ask_vm: its free space, how the last release ended, what runs there, whether anybody is at work; meanwhile
# other work is done.
ask_vm() {
  ASKED=''
  if [ -z "$ADDRESS" ]; then return; fi
  set -m # its own process group, so that it can be ended with all that it runs
  leave_open "df -Pm /var/lib/docker | tail -n 1; tail -n 1 /mnt/onebox/$ENVIRONMENT/releases.tsv; /opt/onebox/bin/status
    if /opt/onebox/bin/operate $ENVIRONMENT holder >/dev/null; then echo held; fi" \
    </dev/null >"$ONEBOX_SECRETS/vm" 2>"$ONEBOX_SECRETS/unanswered" &
  ASKED=$!
  set +m
}

# is_sound: the server is as it is defined, and answers, and the last release went well. Then the release
# need not wait until Terraform has looked at the server.
is_sound() {
  [ -n "$ASKED" ] && [ "$APPLIED" = "$DEFINITION" ] && wait "$ASKED" \
    && [ "$(awk -F '\t' 'NR == 2 { print $7 }' "$ONEBOX_SECRETS/vm")" = served ] && use_open_ssh
}

# release: a VM that is as Terraform left it is told directly, and Terraform's state follows: it looks at
# everything first, which takes longer than the switch.
release() {
  local serves
  wait "$ASKED" || fail "the VM at $ADDRESS does not answer: $(tail -n 1 "$ONEBOX_SECRETS/unanswered")" \
    'scripts/terraform.sh server plan shows whether it is the one that was made'
  need_space_on_vm "$(awk 'NR == 1 { print $4 }' "$ONEBOX_SECRETS/vm")"
  send_image
  # What Terraform remembers and what the VM serves differ after a rollback, or when one of them was
  # killed; then it is released again, whatever the state says.
  serves=$(awk -F '\t' -v e="$ENVIRONMENT" '$1 == e && ($2 == "serving" || $2 == "canary") { print $4, $11 }' "$ONEBOX_SECRETS/vm")
  STEP_NOTE="release $RELEASE"
  STATE_FOLLOWS=1
  # What should serve but does not answer is released again: that mends it.
  if [ "$serves" = "$RELEASE " ] && ! grep -qx held "$ONEBOX_SECRETS/vm" && is_served; then return; fi
  if [ -n "$SOUND" ] && [ -z "$CANARY" ]; then
    hand_over
  else
    STATE_FOLLOWS=''
    progress 'terraform apply'
    apply "$ENVIRONMENT" -replace=null_resource.deployment
  fi
}
