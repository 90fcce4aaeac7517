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

# destroy_dns: the records; with --data the zones too, and whatever others have put there.
destroy_dns() {
  local targets=() target
  tf_init dns
  if [ -n "$DATA" ]; then
    progress 'lifting the protection'
    while read -r target; do targets+=("-target=$target"); done < <(tf dns state list | grep '^hcloud_zone\.')
    if [ ${#targets[@]} -gt 0 ]; then tf dns apply -auto-approve -no-color -var protected=false "${targets[@]}"; fi
    targets=()
  else
    while read -r target; do targets+=("-target=$target"); done < <(tf dns state list | grep '^hcloud_zone_rrset\.')
    if [ ${#targets[@]} -eq 0 ]; then return 0; fi
  fi
  progress 'terraform destroy'
  tf dns destroy -auto-approve -no-color -var protected=false ${targets[@]+"${targets[@]}"}
}
