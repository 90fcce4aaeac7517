#!/usr/bin/env bash
# Makes the GPG key with which the pipeline opens the secrets, and lets it read them.
#
# Usage: scripts/ci-key.sh [NAME] | gh secret set ONEBOX_GPG_KEY
#
#   NAME              what git-secret lists it as (default: ci@onebox.invalid)
#   --help            this text
#
# The private half goes to standard output and nowhere else; so that has to be a pipe or a file. Commit
# what changed (.gitsecret and the .env*.gpg files). A second run is refused: to change the key, run
# "git secret removeperson NAME" first. Exit codes: 0 done; 1 failed; 2 nothing was changed.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
export SECRETS_EXTENSION=.gpg

check() {
  local tool
  for tool in git gpg git-secret; do
    command -v "$tool" >/dev/null || refuse "$tool is missing; run: scripts/setup.sh"
  done
  [ ! -t 1 ] || refuse 'it would print a private key; pipe it: scripts/ci-key.sh | gh secret set ONEBOX_GPG_KEY'
  [ ! -f "$ROOT/.gitsecret/practice.asc" ] || refuse 'these secrets are for practice; run first: scripts/init.sh YOUR_EMAIL'
  if git secret whoknows | grep -qxF "$NAME"; then refuse "$NAME reads the secrets already; git secret removeperson $NAME first"; fi
  git secret cat .env >/dev/null 2>&1 || refuse 'you cannot read the secrets yourself, so you can let nobody in'
}

# tell: what "git secret tell" does, which takes a path with a space for two; then all is encrypted anew for all.
tell() {
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/onebox-ci-key.XXXXXX")
  gpg --homedir "$WORK" --batch --quiet --passphrase '' --quick-generate-key "$NAME" ed25519 default never
  gpg --homedir "$WORK" --batch --quiet --passphrase '' --quick-add-key \
    "$(gpg --homedir "$WORK" --batch --with-colons --list-keys "$NAME" | awk -F : '/^fpr/ { print $10; exit }')" cv25519 encr never
  gpg --homedir "$WORK" --armor --export "$NAME" | gpg --homedir .gitsecret/keys --batch --quiet --no-permission-warning --import
  scripts/secrets.sh hide --all 2>"$WORK/said" && return
  # It did not get in, so that this can be run again.
  gpg --homedir .gitsecret/keys --batch --yes --quiet --no-permission-warning --delete-keys "$NAME"
  fail "the secrets could not be encrypted for $NAME: $(tail -n 1 "$WORK/said" | visible)" 'mend that, and run this again'
}

clean_up() {
  if [ -n "${WORK:-}" ]; then
    # git-secret has left an agent for the repository's keys.
    gpgconf --homedir "$ROOT/.gitsecret/keys" --kill all || true
    gpgconf --homedir "$WORK" --kill all || true
    rm -rf "$WORK"
  fi
}

main() {
  case ${1:-} in
    -h | --help) usage && exit 0 ;;
    -*) refuse "unknown option $1; see scripts/ci-key.sh --help" ;;
  esac
  NAME=${1:-ci@onebox.invalid}
  cd "$ROOT"
  check
  open_log ci-key
  step key tell
  gpg --homedir "$WORK" --batch --quiet --armor --export-secret-keys "$NAME"
  printf '  next: git add .gitsecret .env*.gpg && git commit -m "Let the pipeline read the secrets"\n' >&3
}

main "$@"
