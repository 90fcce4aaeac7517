# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# The npm packages, Node among them. A stamp inside node_modules says what they were installed from.

NPM_STAMP=node_modules/.onebox-stamp

npm_is_here() {
  [ "$(npm_wanted)" = "$(cat "$ROOT/$NPM_STAMP" 2>/dev/null)" ] && "$NODE" --version >/dev/null 2>&1
}

# npm_wanted: one line for what npm ci reads.
npm_wanted() {
  (cd "$ROOT" && cat package-lock.json package.json server/package.json emulator/package.json providers/*/package.json | cksum)
}

provide_npm() {
  need_space "$ROOT" 2
  progress 'npm ci'
  rm -f "$ROOT/$NPM_STAMP"
  (cd "$ROOT" && npm ci --no-audit --no-fund)
  # An npm that was told to run no scripts has left the pinned Node behind.
  if ! "$NODE" --version; then (cd "$ROOT" && npm rebuild --ignore-scripts=false node); fi
  "$NODE" --version
  npm_wanted >"$ROOT/$NPM_STAMP"
  STEP_NOTE="Node $("$NODE" --version)"
}
