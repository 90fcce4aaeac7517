#!/usr/bin/env bash
# Makes a workflow's runner fit for the local cloud, whose servers need port 22 of addresses of their own:
# a service that holds it on all addresses is stopped.
#
# Usage: scripts/ci/prepare.sh   (on a runner only: it stops the SSH service)

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

main() {
  case ${1:-} in -h | --help) usage && exit 0 ;; esac
  [ "${GITHUB_ACTIONS:-}" = true ] || refuse 'this is for runners; here stop what holds port 22 on all addresses yourself'
  if ! ss -Hltn 'sport = :22' | grep -qE '(0\.0\.0\.0|\*|\[::\]):22'; then return; fi
  sudo -n systemctl stop ssh.socket ssh.service || sudo -n systemctl stop ssh.service
}

main "$@"
