#!/usr/bin/env bash
# Looks for what differs from what was deployed: changes that somebody made by hand, behind
# Terraform's back, changes of the repository that no deploy has brought yet, and certificates that were not
# renewed in time.
#
# Usage: scripts/drift.sh [options]
#
#   --markdown        as the text of an issue
#   --config FILE     another configuration than onebox.config.ts
#   --help            this text
#
# Nothing is changed; scripts/deploy.sh puts things right. Exit codes: 0 nothing differs; 1 failed;
# 2 wrong usage or configuration; 4 something differs, and is printed.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/plan.sh"

parse() {
  FORMAT=()
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --markdown) FORMAT=(--markdown) ;;
      --config) use_config "${2:-}" && shift ;;
      *) refuse "unknown argument $1; see scripts/drift.sh --help" ;;
    esac
    shift
  done
}

# look_at ENVIRONMENT: with the release that it serves; one that was never deployed differs from nothing.
look_at() {
  tf_init "$1"
  if [ -z "$(tf "$1" state list 2>/dev/null)" ]; then return; fi
  serving_release "$1"
  plan_stack "$1"
}

# look_at_certificates: prints those of what is deployed that are missing or end within a week.
look_at_certificates() {
  local environment
  if [ "$CFG_HTTPS" != true ]; then return; fi
  for environment in stage prod; do
    if [ -z "$(row_of "$environment")" ]; then continue; fi
    "$NODE" "$ROOT/operator/bin/certificates.ts" "$environment" "$ADDRESS" 5 | sed -n 's/^error: /- /p' || true
  done
}

main() {
  local code=0
  parse "$@"
  open_log drift
  begin_quietly ''
  find_server
  quiet_step server plan_stack server
  if [ -n "$ADDRESS" ]; then
    if keeps_zones; then quiet_step dns plan_stack dns; fi
    quiet_step stage look_at stage
    quiet_step prod look_at prod
    CERTIFICATES=$(look_at_certificates)
  fi
  explain --drift ${FORMAT[@]+"${FORMAT[@]}"} || code=$?
  if [ -n "${CERTIFICATES:-}" ]; then
    printf '\nCertificates:\n\n%s\n' "$CERTIFICATES"
    if [ "$code" -eq 0 ]; then code=4; fi
  fi
  return "$code"
}

main "$@"
