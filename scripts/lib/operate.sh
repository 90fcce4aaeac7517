# shellcheck shell=bash disable=SC2034 # names that other files use
# What the VM does when it is told so by SSH; Terraform's state follows.

# parse_operation ARGS: sets ENVIRONMENT, PATIENCE, and ARGUMENTS for host/.
parse_operation() {
  ENVIRONMENT='' PATIENCE=0 ARGUMENTS=()
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --verbose) export ONEBOX_VERBOSE=1 VERBOSE=1 ;;
      --config) use_config "${2:-}" && shift ;;
      --force) ARGUMENTS+=(--force) ;;
      --to)
        [ "$(basename "$0")" = rollback.sh ] || refuse "unknown option $1; see scripts/$(basename "$0") --help"
        [[ ${2:-} =~ ^[0-9a-f]{12}-[0-9a-f]{4}$ ]] || refuse '--to needs a release, as scripts/releases.sh lists them'
        ARGUMENTS+=(--to "$2") && shift
        ;;
      --wait)
        PATIENCE=600
        if [[ ${2:-} =~ ^[0-9]+$ ]]; then PATIENCE=$2 && shift; fi
        ;;
      -*) refuse "unknown option $1; see scripts/$(basename "$0") --help" ;;
      *)
        [ -z "$ENVIRONMENT" ] || refuse "one environment at a time; \"$1\" is one too many"
        ENVIRONMENT=$1
        ;;
    esac
    shift
  done
  need_environment "$ENVIRONMENT"
  export PATIENCE
}

# work_on_vm COMMAND: has the VM do it; exit code 3 when somebody else is at work there.
work_on_vm() {
  local said=$ONEBOX_SECRETS/operate code=0
  progress 'asking the VM'
  on_vm "$1" 2>&1 | tee "$said" | show_steps || code=$?
  if [ "$code" -eq 3 ]; then held "$ENVIRONMENT" "$said"; fi
  return "$code"
}

# operate ACTION: what needs no new files.
operate() {
  work_on_vm "/opt/onebox/bin/operate $ENVIRONMENT $1 --wait $PATIENCE --by $(who_deploys) ${ARGUMENTS[*]+"${ARGUMENTS[*]}"}"
}

# hand_over: brings the release's directory and runs the command, as Terraform would, but in one connection.
hand_over() {
  local inbox=/opt/onebox/inbox/${RELEASE_FILES##*/}
  work_on_vm "umask 077 && mkdir $inbox && tar -x --no-same-owner -C $inbox \
    && exec /opt/onebox/bin/operate $ENVIRONMENT release --from $inbox --wait $PATIENCE" \
    < <(tar -C "$RELEASE_FILES" -c .)
}

# agree: Terraform's state takes over what the VM serves now.
agree() {
  serving_release "$ENVIRONMENT"
  update_state
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

# run_operation ACTION HOOK TITLE ARGS...: the whole script; TITLE has % for the environment.
run_operation() {
  local action=$1 hook=$2 title=$3
  shift 3
  parse_operation "$@"
  check_hooks
  open_log "$action"
  printf 'Onebox %s\n' "${title/\%/$ENVIRONMENT}"
  begin "$ENVIRONMENT"
  step synth synth
  need_server
  remember_previous
  AFTER=$hook # what after_failure runs from here on
  step "$action" operate "$action"
  step state agree
  step verify verify
  after_work "$hook" served
  summary
}
