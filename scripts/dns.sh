#!/usr/bin/env bash
# Shows the DNS records that the hosts of the configuration need, and whether they are there.
#
# Usage: scripts/dns.sh [options]
#
#   --config FILE     another configuration than onebox.config.ts
#   --help            this text
#
# A deploy brings the zones that `dns.zones` names up to date; this command changes nothing. Exit
# codes: 0 each record is there; 1 one is not, or something failed; 2 wrong usage or configuration.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/dns.sh"

# print_nameservers: what the registrar of each of our zones has to be told.
print_nameservers() {
  local servers
  servers=$(tf dns output -json nameservers 2>/dev/null) || return 0
  printf '\nName servers, for the domains'"'"' registrar:\n'
  tr -d '{}" ' <<<"$servers" | sed -e 's/\],*/\n/g' | sed -n 's/^\([^:]*\):\[\(.*\)/  \1: \2/p' | sed 's/,/, /g'
}

main() {
  local code=0
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --config) use_config "${2:-}" && shift ;;
      *) refuse "unknown argument $1; see scripts/dns.sh --help" ;;
    esac
    shift
  done
  open_log dns
  begin_quietly ''
  has_dns || refuse 'onebox.config.ts has no dns section; docs/dns.md explains it'
  need_server
  [ -n "$ADDRESS6" ] || refuse 'the server was made before there was a dns section; run: scripts/deploy.sh stage'
  ask_dns all || code=$?
  if keeps_zones; then tf_init dns >>"$ONEBOX_LOG" 2>&1 && print_nameservers; fi
  exit "$code"
}

main "$@"
