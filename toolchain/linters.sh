# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# What reads the workflows, for scripts/test.sh: actionlint, built from its Go module, and zizmor, whose
# PyPI wheel holds the program itself.

linters_is_here() {
  [ -z "${WITH_TESTS:-}" ] || { [ -x "$CACHE/go-tools/actionlint-$ACTIONLINT_VERSION" ] && [ -x "$CACHE/go-tools/zizmor-$ZIZMOR_VERSION" ]; }
}

provide_linters() {
  build_go_tool actionlint "actionlint-$ACTIONLINT_VERSION" github.com/rhysd/actionlint/cmd/actionlint
  download_zizmor
  STEP_NOTE="actionlint $ACTIONLINT_VERSION, zizmor $ZIZMOR_VERSION"
}

# download_zizmor: pip compares the checksum; its program is taken out of the wheel, so nothing is installed.
download_zizmor() {
  local out=$CACHE/go-tools/zizmor-$ZIZMOR_VERSION work
  if [ -x "$out" ]; then return; fi
  progress "downloading zizmor $ZIZMOR_VERSION"
  work=$(work_dir zizmor)
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    --requirement "$ROOT/toolchain/zizmor/requirements.txt" --dest "$work"
  unzip -q -j "$work"/zizmor-*.whl '*/scripts/zizmor' -d "$work"
  chmod 0755 "$work/zizmor"
  mv "$work/zizmor" "$out"
}
