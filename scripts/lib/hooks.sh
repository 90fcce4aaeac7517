# shellcheck shell=bash disable=SC2034 # names that other files use
# Programs of one's own in hooks/, which a deploy or a rollback runs here, on the operator's side
# (docs/hooks.md). Source it after session.sh.

# check_hooks: refuses one that could not be run, before anything else is done.
check_hooks() {
  local name
  for name in before-deploy after-deploy after-rollback; do
    if has_hook "$name" && [ ! -x "$ROOT/hooks/$name" ]; then refuse "hooks/$name is not executable; run: chmod +x hooks/$name"; fi
  done
}

# has_hook NAME...: one of these is there.
has_hook() {
  local name
  for name in "$@"; do
    if [ -f "$ROOT/hooks/$name" ]; then return 0; fi
  done
  return 1
}

# remember_previous: sets PREVIOUS to the release that serves, or is tried in a canary, before the work
# begins; only hooks need it. They do with none when the VM is not there or does not answer.
remember_previous() {
  PREVIOUS=''
  if [ -z "${ADDRESS:-}" ] || ! has_hook before-deploy after-deploy after-rollback; then return; fi
  PREVIOUS=$(newest_row_of "$ENVIRONMENT" 2>>"$ONEBOX_LOG" | cut -f 4) || PREVIOUS=''
}

# call_hook NAME RESULT: runs it with what it may know, and without what it must not: no secret, and
# nothing that leads to one.
call_hook() (
  for secret in ${!HCLOUD_@} ${!AWS_@} ${!TF_@} ONEBOX_SECRETS; do unset "$secret"; done
  cd "$ROOT" || exit 1
  ONEBOX_ENVIRONMENT=$ENVIRONMENT ONEBOX_URL=$CFG_SCHEME://$(host_of "$ENVIRONMENT") ONEBOX_ADDRESS=${ADDRESS:-}
  ONEBOX_RELEASE=${RELEASE:-} ONEBOX_IMAGE=${IMAGE:-} ONEBOX_COMMIT=${COMMIT:-}
  ONEBOX_PREVIOUS_RELEASE=${PREVIOUS:-} ONEBOX_RESULT=$2 ONEBOX_BY=$(who_deploys)
  export ONEBOX_ENVIRONMENT ONEBOX_URL ONEBOX_ADDRESS ONEBOX_RELEASE ONEBOX_IMAGE ONEBOX_COMMIT \
    ONEBOX_PREVIOUS_RELEASE ONEBOX_RESULT ONEBOX_BY
  "hooks/$1" </dev/null 3>&-
)

# run_hook NAME [RESULT]: 1 when it failed; then the end of what it said is shown.
run_hook() {
  local said=$ONEBOX_SECRETS/hook code=0
  if ! has_hook "$1"; then return 0; fi
  open_step hook
  STEP_NOTE=hooks/$1
  progress "hooks/$1"
  call_hook "$1" "${2:-}" >"$said" 2>&1 || code=$?
  cat "$said" >>"$ONEBOX_LOG"
  if [ -n "$VERBOSE" ]; then visible <"$said" >&3; fi
  if [ "$code" -eq 0 ]; then close_step '✓' && return 0; fi
  STEP_NOTE="hooks/$1 ended with exit code $code"
  close_step '✗'
  tail -n 8 "$said" | visible | sed 's/^/    /' >&3
  return 1
}

# before_deploy: nothing was touched yet, and nothing will be when the hook says no.
before_deploy() {
  remember_previous
  run_hook before-deploy || fail 'hooks/before-deploy says no; nothing was touched'
  AFTER=after-deploy # what after_failure runs from here on
}

# after_work HOOK RESULT: what is done is done; a hook that fails only gets a warning.
after_work() {
  AFTER=''
  run_hook "$1" "$2" || printf '  ! hooks/%s failed; %s stays as it is\n' "$1" "$ENVIRONMENT" >&3
}
