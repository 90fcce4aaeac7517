#!/usr/bin/env bash
# Gives a workflow's job the GPG key that opens the secrets, in a keyring that ends with the job.
#
# Usage: ONEBOX_GPG_KEY="$(cat key.asc)" scripts/ci/unlock.sh
#
# ONEBOX_GPG_KEY is the one secret that a pipeline has (scripts/ci-key.sh makes it). Output: ready=true;
# without the key, or while onebox.config.ts says cloud: "local", ready=false, and nothing is deployed.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

main() {
  case ${1:-} in -h | --help) usage && exit 0 ;; esac
  local home=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/onebox-gnupg
  if [ -z "${ONEBOX_GPG_KEY:-}" ]; then
    notice 'no secret ONEBOX_GPG_KEY: nothing is deployed; docs/pipeline.md says how to make it'
    output ready false
    return
  fi
  need_tools
  if ! reaches_cloud; then
    notice 'onebox.config.ts says cloud: "local": nothing is deployed from here; docs/hetzner.md says how to go on'
    output ready false
    return
  fi
  command -v gpg >/dev/null || refuse 'gpg is missing; run: scripts/setup.sh'
  rm -rf "$home"
  install -d -m 0700 "$home"
  printf '%s\n' "$ONEBOX_GPG_KEY" | gpg --homedir "$home" --batch --quiet --import \
    || refuse 'ONEBOX_GPG_KEY is not a GPG key; make one with scripts/ci-key.sh'
  gpg --homedir "$home" --batch --list-secret-keys --with-colons | grep -q '^sec' \
    || refuse 'ONEBOX_GPG_KEY is only the public half of a key; make one with scripts/ci-key.sh'
  printf 'GNUPGHOME=%s\n' "$home" >>"${GITHUB_ENV:-/dev/stdout}"
  output ready true
}

main "$@"
