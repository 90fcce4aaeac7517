# shellcheck shell=bash
# Secrets for the length of one run: decrypted by git-secret into files of mode 0600 in a private
# directory, in memory where the system has such a place, and removed on every way out.

export SECRETS_EXTENSION=.gpg

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

# use_keyring: the practice identity gets a keyring of its own; the user's is used for the user's own.
use_keyring() {
  GIT_SECRET_OPTIONS=()
  local practice=$ROOT/.gitsecret/practice.asc
  if [ ! -f "$practice" ]; then return; fi
  install -d -m 0700 "$ONEBOX_SECRETS/gnupg"
  gpg --homedir "$ONEBOX_SECRETS/gnupg" --batch --quiet --import "$practice"
  GIT_SECRET_OPTIONS=(-d "$ONEBOX_SECRETS/gnupg")
}

# decrypt FILE INTO: one file of git-secret's, in plain text. Refuses in one line. One after another: at the first
# use of a key, gpg's agent (2.2) writes its file anew, and a second use then reads half of it.
decrypt() {
  local file=$1 into=$ONEBOX_SECRETS/$2 errors=$ONEBOX_SECRETS/$2.errors
  [ -f "$ROOT/$file.gpg" ] || refuse "$file.gpg is missing: restore it from git, or make it with git secret hide"
  if (cd "$ROOT" && git secret cat "${GIT_SECRET_OPTIONS[@]+"${GIT_SECRET_OPTIONS[@]}"}" "$file") >"$into" 2>"$errors"; then
    if [ -s "$into" ]; then return; fi
  fi
  if grep -qi 'no secret key' "$errors"; then
    refuse "$file.gpg: no GPG key of yours opens it; ask a member to run: git secret tell YOUR_EMAIL && git secret hide"
  fi
  refuse "$file.gpg cannot be read: $(grep -v '^$' "$errors" | tail -n 1)"
}

# reveal [ENVIRONMENT]: the deploy secrets and, with ENVIRONMENT, the app's; checked and split into
# files below $ONEBOX_SECRETS (operator/bin/split-secrets.ts names them).
reveal() {
  local name
  use_keyring
  decrypt .env deploy.env
  # Previews may have no secrets of their own but those that the VM makes.
  if [ "${1:-}" = preview ] && [ ! -f "$ROOT/.env.preview.gpg" ]; then
    : >"$ONEBOX_SECRETS/app.env"
  elif [ -n "${1:-}" ]; then
    decrypt ".env.$1" app.env
  fi
  for name in .env ${1:+".env.$1"}; do
    if [ "$ROOT/$name" -nt "$ROOT/$name.gpg" ]; then
      printf '  ! %s is newer than %s.gpg, which is what gets used: git secret hide takes it over\n' "$name" "$name" >&3
    fi
  done
  "$NODE" "$ROOT/operator/bin/split-secrets.ts" "$ONEBOX_SECRETS" ${1:+"$1"} 2>"$ONEBOX_SECRETS/errors" || {
    close_step '✗'
    cat "$ONEBOX_SECRETS/errors" >&3
    exit 2
  }
  rm -f "$ONEBOX_SECRETS/deploy.env"
}
