# shellcheck shell=bash
# What the steps of workflows share: notices, outputs and the job's summary. On a laptop, where no
# runner has set these files, they go to the terminal. Source it after common.sh.

# load_config: what cli/bin/print-config.ts tells of the configuration, as CFG_CLOUD and so on.
load_config() {
  local lines key value
  lines=$("$NODE" "$ROOT/cli/bin/print-config.ts" 2>&3) || exit 2
  while IFS='=' read -r key value; do printf -v "CFG_$key" '%s' "$value"; done <<<"$lines"
}

# notice TEXT, warning TEXT: a line that the run's page shows on top.
notice() { printf '::notice::%s\n' "$1"; }
warning() { printf '::warning::%s\n' "$1"; }

# output NAME VALUE: for later steps and jobs; one line.
output() { printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/stdout}"; }

# add_to_summary: its standard input becomes part of what a person reads on the run's page.
add_to_summary() { cat >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"; }

# ci PROGRAM [ARGS]: a program of cli/bin/ci.
ci() {
  local program=$1
  shift
  "$NODE" "$ROOT/cli/bin/ci/$program.ts" "$@"
}

# reaches_cloud: whether what is configured outlasts the job. A local cloud would be made for the job and
# end with it; one that runs already, as in the rehearsal, counts.
reaches_cloud() {
  load_config
  [ "$CFG_CLOUD" != local ] || [ -f "$ONEBOX_DIR/cloud/cloud.json" ]
}

# need_tools: Node and what else setup brings.
need_tools() { ONEBOX_QUIET_SETUP=1 "$ROOT/scripts/setup.sh" hetzner; }

# run_tests ARGS: scripts/test.sh, which leaves its summary in TEST_SUMMARY.
TEST_SUMMARY=$ONEBOX_DIR/tests/summary.md
run_tests() {
  mkdir -p "$ONEBOX_DIR/tests"
  printf '## The tests broke off\n' >"$TEST_SUMMARY"
  "$ROOT/scripts/test.sh" "$@"
}
