# shellcheck shell=bash
# The checked configuration for scripts: load_config sets CFG_NAME, CFG_CLOUD, … (operator/bin/print-config.ts).

load_config() {
  local lines key value
  lines=$("$NODE" "$ROOT/operator/bin/print-config.ts" 2>&3) || exit 2
  while IFS='=' read -r key value; do printf -v "CFG_$key" '%s' "$value"; done <<<"$lines"
}

# use_config FILE: what --config does.
use_config() {
  [ -n "$1" ] || refuse '--config needs a file'
  export ONEBOX_CONFIG=$1
}

# need_environment NAME [MORE]: refuses anything but an environment; MORE says what else would do.
need_environment() {
  case "${1:-}" in
    stage | prod) ;;
    '') refuse "name what you mean: stage, prod${2:-}" ;;
    *) refuse "unknown environment \"$1\": it is stage, prod${2:-}" ;;
  esac
}

# has_dns: it wants the records of the hosts looked after. keeps_zones: in zones that are ours.
has_dns() { [ "$CFG_DNS" != none ]; }
keeps_zones() { [ "$CFG_DNS" = kept ]; }

# host_of ENVIRONMENT: the host name that scripts ask it by.
host_of() {
  local name=CFG_HOST_${1%%-*} # that of a preview: name_preview sets it
  printf '%s' "${!name}"
}

# hosts_of ENVIRONMENT: every host name that its app answers for, with commas.
hosts_of() {
  local name=CFG_HOSTS_$1
  printf '%s' "${!name}"
}
