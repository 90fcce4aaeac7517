# shellcheck shell=bash
# The checked configuration for scripts: load_config sets CFG_NAME, CFG_CLOUD, … (config/print.ts).

load_config() {
  local lines key value errors
  errors=$(mktemp "${TMPDIR:-/tmp}/onebox-config.XXXXXX")
  if ! lines=$("$NODE" "$ROOT/config/print.ts" 2>"$errors"); then
    cat "$errors" >&3
    rm -f "$errors"
    exit 2
  fi
  rm -f "$errors"
  while IFS='=' read -r key value; do printf -v "CFG_$key" '%s' "$value"; done <<<"$lines"
}

# need_environment NAME: refuses anything but an environment of the configuration.
need_environment() {
  case "${1:-}" in
    stage | prod) ;;
    '') refuse 'name an environment: stage or prod' ;;
    *) refuse "unknown environment \"$1\": it is stage or prod" ;;
  esac
}

# host_of ENVIRONMENT: the host name that it answers for.
host_of() {
  local name=CFG_HOST_$1
  printf '%s' "${!name}"
}
