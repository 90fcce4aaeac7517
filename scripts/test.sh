#!/usr/bin/env bash
# Tests everything: lint, types, every room's own tests, then the rehearsal, which deploys from a
# clone to a local cloud of its own. Installs what it needs; leaves nothing running.
#
# Usage: scripts/test.sh [options]
#
#   --fast       without what needs machines: the rehearsal, previews, traffic, faults, kills
#   --watch      waits for changes, and runs the format check, the types and the fast tests of the room
#                that changed; a test that is being written runs alone
#   --help       this text
#
# The last line counts: "N passed, N failed". Exit code 1 when anything failed.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/toolchain/versions.sh"

# suite NAME COMMAND...: shows its output and adds up what mocha counted; a command that counts
# nothing, such as a linter, is one test.
suite() {
  local name=$1 code=0 passing failing
  shift
  printf '\n== %s\n' "$name"
  ("$@") 2>&1 </dev/null | tee "$REPORT" || code=$?
  passing=$(sed -n 's/^ *\([0-9][0-9]*\) passing.*/\1/p' "$REPORT" | tail -n 1)
  failing=$(sed -n 's/^ *\([0-9][0-9]*\) failing.*/\1/p' "$REPORT" | tail -n 1)
  if [ -z "$passing" ]; then
    passing=0 failing=0
    if [ "$code" -eq 0 ]; then passing=1; fi
  fi
  if [ "$code" -ne 0 ] && [ "${failing:-0}" -eq 0 ]; then failing=1; fi
  if [ "${failing:-0}" -gt 0 ]; then BROKEN="$BROKEN $name"; fi
  PASSED=$((PASSED + passing)) FAILED=$((FAILED + ${failing:-0}))
}

shell_scripts() { git -C "$ROOT" ls-files -co --exclude-standard | while read -r file; do
  if [ -f "$ROOT/$file" ] && head -n 1 "$ROOT/$file" | grep -qE '^#!.*bash|^# shellcheck shell=bash'; then echo "$file"; fi
done; }
lint_shell() { shell_scripts | xargs shellcheck -x && shell_scripts | xargs shfmt -d -i 2 -ci -bn; }

# lint_workflows: syntax and types, then what is unsafe; without asking the network.
lint_workflows() { "$CACHE/go-tools/actionlint-$ACTIONLINT_VERSION" && "$CACHE/go-tools/zizmor-$ZIZMOR_VERSION" --offline --quiet --no-progress .github; }

# mocha_in ROOM ARGS: runs a room's tests from that room, as npm test does.
mocha_in() {
  cd "$ROOT/$1"
  shift
  "$NODE" "$ROOT/node_modules/mocha/bin/mocha.js" --forbid-only --forbid-pending "$@"
}

clean_up() { rm -f "${REPORT:-}"; }

main() {
  local fast='' watch=''
  case ${1:-} in
    -h | --help) usage && exit 0 ;;
    --fast) fast=1 ;;
    --watch) watch=1 ;;
    '') ;;
    *) refuse "unknown argument $1; see scripts/test.sh --help" ;;
  esac
  cd "$ROOT"
  "$ROOT/scripts/setup.sh" local --tests
  export PATH="$ROOT/node_modules/.bin:$PATH" # programs that tests start run on the pinned Node too
  if [ -n "$watch" ]; then trap - EXIT && exec "$NODE" "$ROOT/test/watch/main.ts"; fi
  REPORT=$(mktemp "${TMPDIR:-/tmp}/onebox-report.XXXXXX")
  PASSED=0 FAILED=0 BROKEN=''
  suite 'lint: TypeScript, JSON' "$ROOT/node_modules/.bin/biome" check .
  suite 'lint: shell' lint_shell
  suite 'lint: workflows' lint_workflows
  suite 'types' "$ROOT/node_modules/.bin/tsc" --noEmit
  suite 'unit' mocha_in .
  suite 'toolchain' mocha_in . --config toolchain/.mocharc.json
  suite 'bindings' mocha_in . --config providers/hcloud/.mocharc.json
  suite 'server' mocha_in server
  suite 'webhook' mocha_in . --config webhook/.mocharc.json
  suite 'emulator' mocha_in emulator
  if [ -z "$fast" ]; then
    suite 'emulator: Terraform' mocha_in emulator --no-config --timeout 120000 'test/terraform/*.test.ts'
    suite 'emulator: other clients' mocha_in emulator --no-config --timeout 30000 --parallel --jobs 3 'test/clients/*.test.ts'
    suite 'emulator: machines' mocha_in emulator --no-config --timeout 120000 'test/machines/*.test.ts'
    suite 'https' mocha_in . --config test/https/.mocharc.json
    suite 'dns' mocha_in . --config test/dns/.mocharc.json
    suite 'edge' mocha_in . --config test/edge/.mocharc.json
    suite 'image' mocha_in . --config test/image/.mocharc.json
    suite 'rehearsal' mocha_in . --config test/rehearsal/.mocharc.json
    # Fewer rounds than by hand (npm run test:traffic, npm run test:kill), counted alike.
    suite 'previews' mocha_in . --config test/previews/.mocharc.json
    ONEBOX_TRAFFIC_ROUNDS=${ONEBOX_TRAFFIC_ROUNDS:-1} suite 'traffic' mocha_in . --config test/traffic/.mocharc.json
    suite 'faults' mocha_in . --config test/faults/.mocharc.json
    ONEBOX_KILL_POINTS=${ONEBOX_KILL_POINTS:-12} suite 'kill' mocha_in . --config test/kill/.mocharc.json
  fi
  if [ -n "$BROKEN" ]; then printf '\nfailed:%s\n' "$BROKEN"; fi
  printf '\n%s passed, %s failed\n' "$PASSED" "$FAILED"
  [ "$FAILED" -eq 0 ]
}

main "$@"
