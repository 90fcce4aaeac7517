#!/usr/bin/env bash
# Makes a clone your own: fresh secrets, readable by your GPG key instead of the practice identity.
#
# Usage: scripts/init.sh EMAIL [--force]
#
#   EMAIL             of a GPG key in your keyring that has a private half
#   --force           also when the practice identity is gone already: all secrets are made anew
#   --help            this text
#
# It replaces .gitsecret/ and the three .env*.gpg files, removes the practice identity, and leaves
# .env, .env.stage and .env.prod in plain text for you to fill in (git ignores them). Then:
#   edit .env; scripts/secrets.sh hide; git add .gitsecret .env*.gpg; git commit
# Secrets of a running environment change with it: see docs/secrets.md before using --force.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/new-secrets.sh"
export SECRETS_EXTENSION=.gpg

parse() {
  EMAIL='' FORCE=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --force) FORCE=1 ;;
      -*) refuse "unknown option $1; see scripts/init.sh --help" ;;
      *) EMAIL=$1 ;;
    esac
    shift
  done
  [ -n "$EMAIL" ] || refuse 'name the email of your GPG key; see scripts/init.sh --help'
}

check() {
  local tool file
  for tool in git gpg git-secret ssh-keygen openssl; do
    command -v "$tool" >/dev/null || refuse "$tool is missing; run: scripts/setup.sh"
  done
  gpg --batch --list-secret-keys "$EMAIL" >/dev/null 2>&1 \
    || refuse "no GPG key with a private half for $EMAIL; make one: gpg --quick-generate-key $EMAIL"
  if [ ! -f "$ROOT/.gitsecret/practice.asc" ] && [ -z "$FORCE" ]; then
    refuse 'the practice identity is gone already, so the secrets here are your own; --force makes all of them anew'
  fi
  for file in .env .env.stage .env.prod; do
    [ ! -e "$ROOT/$file" ] || refuse "$file exists in plain text; move it away first"
  done
}

# replace: built beside the old one and renamed at the end, so that an interruption changes nothing.
replace() {
  BUILD=$(mktemp -d /tmp/onebox-init.XXXXXX) # git-secret takes a path with a space for two
  git init --quiet "$BUILD"
  cd "$BUILD"
  new_secrets .
  git secret init
  git secret tell "$EMAIL"
  git secret add .env .env.stage .env.prod
  git secret hide
  gpgconf --homedir "$BUILD/.gitsecret/keys" --kill all
  rm -f .gitsecret/keys/S.* .gitsecret/keys/*~ .gitsecret/keys/random_seed
  NEW=$(mktemp -d "$ONEBOX_DIR/init.XXXXXX")
  cp -R .gitsecret .env* "$NEW"
  cd "$NEW"
  rm -rf "$ROOT/.gitsecret"
  mv .gitsecret "$ROOT/.gitsecret"
  mv .env.gpg .env.stage.gpg .env.prod.gpg .env .env.stage .env.prod "$ROOT/"
  cd "$ROOT"
  STEP_NOTE="for $EMAIL"
}

clean_up() { rm -rf "${BUILD:-}" "${NEW:-}"; }

main() {
  parse "$@"
  check
  open_log init
  step secrets replace
  printf '\nThe secrets are yours now. Next:\n'
  printf '  1. fill in .env (HCLOUD_TOKEN and the state keys; .env.example explains each key)\n'
  printf '  2. scripts/secrets.sh hide\n'
  printf '  3. git add .gitsecret .env*.gpg && git commit -m "Use our own secrets"\n'
}

main "$@"
