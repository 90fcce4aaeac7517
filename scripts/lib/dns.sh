# shellcheck shell=bash disable=SC2034 # names that other files use
# The records of the hosts: kept where the zone is ours, and asked for wherever it is; and the hosts'
# certificates. Source it after session.sh.

# dns: brings our zones up to date and sees that each record is there. Name servers may take a moment.
dns() {
  local patience=0
  if keeps_zones; then
    progress 'terraform apply'
    apply dns
    patience=30
  fi
  progress 'asking for the records'
  ask_dns wrong "$patience" || return 1
  STEP_NOTE="each host leads to $ADDRESS"
}

# ask_dns wrong|all [SECONDS]: prints the records that are not as they should be, or all.
ask_dns() { "$NODE" "$ROOT/operator/bin/dns.ts" "$1" "$ADDRESS" "$ADDRESS6" "${2:-0}"; }

# certificates: every host has one, and none is about to end.
certificates() {
  progress 'asking each host'
  "$NODE" "$ROOT/operator/bin/certificates.ts" "$ENVIRONMENT" "$ADDRESS" 60 || return 1
  STEP_NOTE='each host has a certificate'
}
