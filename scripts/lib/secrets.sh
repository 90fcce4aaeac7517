# shellcheck shell=bash
# Secrets for the length of one run: decrypted into files of mode 0600 in a private directory, in memory where the system has such a place, and removed on every way out.

open_secrets() {
  local parent=${TMPDIR:-/tmp}
  if [ -d /dev/shm ] && [ -w /dev/shm ]; then parent=/dev/shm; fi
  remove_left "$parent"/onebox.*.*
  ONEBOX_SECRETS=$(mktemp -d "$parent/onebox.$$.XXXXXX")
  export ONEBOX_SECRETS
}

# clean_up: what common.sh calls on every way out; one part that fails keeps no other from being done. A registry
# takes longest to end, so it comes last.
clean_up() {
  local gone=${ONEBOX_SECRETS:-}
  if [ -n "$gone" ] && declare -F close_ssh >/dev/null; then close_ssh; fi
  if [ -n "$gone" ] && [ -d "$gone/gnupg" ]; then gpgconf --homedir "$gone/gnupg" --kill all >/dev/null 2>&1; fi
  if [ -n "$gone" ]; then rm -rf "$gone"; fi
  if declare -F close_registry >/dev/null; then close_registry; fi
}

# reveal [ENVIRONMENT]: the deploy secrets and, with ENVIRONMENT, the app's; decrypted, checked and split into
# files below $ONEBOX_SECRETS (operator/bin/split-secrets.ts names them).
reveal() {
  local name code=0
  for name in .env ${1:+".env.$1"}; do
    if [ "$ROOT/$name" -nt "$ROOT/$name.gpg" ]; then
      printf '  ! %s is newer than %s.gpg, which is what gets used: scripts/secrets.sh hide takes it over\n' "$name" "$name" >&3
    fi
  done
  "$NODE" "$ROOT/operator/bin/split-secrets.ts" "$ONEBOX_SECRETS" ${1:+"$1"} 2>"$ONEBOX_SECRETS/errors" || code=$?
  case $code in
    0) ;;
    4) refuse "$(cat "$ONEBOX_SECRETS/errors")" ;;
    *)
      close_step '✗'
      cat "$ONEBOX_SECRETS/errors" >&3
      exit 2
      ;;
  esac
}
