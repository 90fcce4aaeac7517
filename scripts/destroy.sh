#!/usr/bin/env bash
# Takes one environment down, or everything.
#
# Usage: scripts/destroy.sh stage|prod|all [options]
#
#   stage, prod       that environment's containers, route and files; its data stays on the volume
#   all               both environments, the previews, their DNS records, the VM, its address, firewall and key; the
#                     volume and the DNS zones stay
#   --data            the data too: the environment's directory, or with "all" the whole volume and the zones
#   --yes             do not ask
#   --config FILE     another configuration than onebox.config.ts
#   --verbose         show Terraform's own output
#   --help            this text
#
# Exit codes: 0 done; 1 failed; 2 wrong usage or not confirmed, nothing touched.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/dns.sh"
. "$ROOT/scripts/lib/preview.sh"

parse() {
  WHAT='' DATA='' YES=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --verbose) export ONEBOX_VERBOSE=1 VERBOSE=1 ;;
      --data) DATA=--data ;;
      --yes) YES=1 ;;
      --config) use_config "${2:-}" && shift ;;
      -*) refuse "unknown option $1; see scripts/destroy.sh --help" ;;
      *)
        [ -z "$WHAT" ] || refuse "one thing at a time; \"$1\" is one too many"
        WHAT=$1
        ;;
    esac
    shift
  done
  if [ "$WHAT" != all ]; then need_environment "$WHAT" ', or all'; fi
}

confirm() {
  [ -z "$YES" ] || return 0
  local what="$WHAT of \"$CFG_NAME\" on $CFG_CLOUD" answer=''
  if [ "$WHAT" = all ]; then what="stage, prod, the previews and the server of \"$CFG_NAME\" on $CFG_CLOUD"; fi
  [ -t 0 ] || refuse "this would destroy $what; say --yes when nobody can be asked"
  printf 'This destroys %s%s.\nType "%s" to go on: ' "$what" "${DATA:+, with all data}" "$WHAT" >&3
  read -r answer
  [ "$answer" = "$WHAT" ] || refuse 'not confirmed; nothing was touched'
}

destroy_environment() {
  progress 'stopping its containers'
  if [ -n "$ADDRESS" ]; then
    on_vm "/opt/onebox/bin/remove $1 $DATA" || [ "$WHAT" = all ] \
      || fail "the VM at $ADDRESS could not remove $1" 'scripts/deploy.sh mends the VM; or destroy all'
  fi
  ENVIRONMENT=$1 no_release
  progress 'terraform destroy'
  tf_init "$1"
  tf "$1" destroy -auto-approve -no-color
}

# destroy_server: the volume is no target without --data, and stays. Nothing else depends on it.
destroy_server() {
  local there protected=() targets=() target
  tf_init server
  there=$(tf server state list) || there='' # no state yet: nothing there
  progress 'lifting the protection'
  for target in hcloud_primary_ip.ipv4 ${DATA:+hcloud_volume.data}; do
    case $there in *"$target"*) protected+=("-target=$target") ;; esac
  done
  if [ ${#protected[@]} -gt 0 ]; then
    tf server apply -auto-approve -no-color -var protected=false "${protected[@]}"
  fi
  progress 'terraform destroy'
  if [ -z "$DATA" ]; then
    for target in null_resource.edge null_resource.first_contact hcloud_volume_attachment.data_attachment \
      hcloud_server.server hcloud_primary_ip.ipv4 hcloud_firewall.firewall hcloud_ssh_key.deploy_key; do
      targets+=("-target=$target")
    done
  fi
  tf server destroy -auto-approve -no-color -var protected=false ${targets[@]+"${targets[@]}"}
}

main() {
  parse "$@"
  open_log destroy
  begin ""
  step synth synth
  find_server
  confirm
  if [ "$WHAT" != all ]; then
    step "$WHAT" destroy_environment "$WHAT"
    return
  fi
  step stage destroy_environment stage
  step prod destroy_environment prod
  if keeps_zones; then step dns destroy_dns; fi
  step server destroy_server
  if [ -n "$CFG_PREVIEW_HOURS" ]; then step previews forget_states ''; fi
  step cloud leave_cloud
}

main "$@"
