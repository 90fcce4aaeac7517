# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# What looks at the edge as a stranger would, for test/https: sslyze, in an environment of its own.

scanner_is_here() { [ -z "${WITH_TESTS:-}" ] || [ -x "$(scanner)/bin/python" ]; }

# scanner: where it is, by a digest of what it is made from.
scanner() { printf '%s/sslyze/%s' "$CACHE" "$(digest "$ROOT/toolchain/sslyze/requirements.txt")"; }

provide_scanner() {
  need_space "$CACHE" 1
  progress "installing sslyze $SSLYZE_VERSION"
  provide_python "$(scanner)" "$ROOT/toolchain/sslyze/requirements.txt"
  STEP_NOTE="sslyze $SSLYZE_VERSION"
}
