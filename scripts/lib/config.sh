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

# host_of ENVIRONMENT: the host name that scripts ask it by.
host_of() {
  local name=CFG_HOST_${1%%-*} # that of a preview: name_preview sets it
  printf '%s' "${!name}"
}
