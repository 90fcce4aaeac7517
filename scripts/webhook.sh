#!/usr/bin/env bash
# Switches the webhook deployer on the VM on or off: a push then releases its commit's image on stage.
#
# Usage: scripts/webhook.sh on|off|status [options]
#
#   on                 builds and starts it, or starts it anew with another secret or configuration
#   off                removes it and all that it has kept
#   status             whether it is on, and what came last
#   --config FILE      another configuration than onebox.config.ts
#   --verbose          show Docker's own output
#   --help             this text
#
# It needs `webhook` in onebox.config.ts and WEBHOOK_SECRET in .env (docs/webhook.md). Switch it on again
# after the server was replaced. Exit codes: 0 done; 1 failed; 2 wrong usage or configuration.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/image.sh"

parse() {
  ACTION=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --verbose) export ONEBOX_VERBOSE=1 VERBOSE=1 ;;
      --config) use_config "${2:-}" && shift ;;
      on | off | status) ACTION=$1 ;;
      *) refuse "unknown argument $1; see scripts/webhook.sh --help" ;;
    esac
    shift
  done
  [ -n "$ACTION" ] || refuse 'say on, off or status'
}

# check: what "on" cannot do without.
check() {
  local problem
  problem=$("$NODE" "$ROOT/operator/bin/webhook-files.ts" "$ONEBOX_SECRETS/webhook" none 2>&1) || refuse "$problem"
  [ -s "$ONEBOX_SECRETS/webhook_secret" ] || refuse '.env: WEBHOOK_SECRET is missing'
  [ "$CFG_REGISTRY" != none ] || refuse 'the webhook deployer releases what a registry has, and registry is "none"'
}

# webhook_image: built like the app's, and kept under a tag of the same repository.
webhook_image() {
  CFG_DOCKERFILE=webhook/Dockerfile CFG_CONTEXT=webhook
  begin_build
  TAG=webhook-$(git -C "$ROOT" rev-parse "$TREE:webhook")
  image_of_commit
  STEP_NOTE=$TAG
}

# install: everything in one go; the secret goes through the connection, never through arguments.
install_on_vm() {
  local dir=$ONEBOX_SECRETS/webhook
  "$NODE" "$ROOT/operator/bin/webhook-files.ts" "$dir" "$IMAGE"
  cp "$ONEBOX_SECRETS/webhook_secret" "$dir/secret"
  cp "$ONEBOX_SECRETS/pull/config.json" "$dir/config.json"
  tar -C "$dir" -c . | on_vm 'set -e; rm -rf /opt/onebox/webhook.incoming; install -d -m 0700 /opt/onebox/webhook.incoming
    tar -C /opt/onebox/webhook.incoming -x --no-same-owner; exec /opt/onebox/bin/webhook on'
  STEP_NOTE=$(tr -d '`' <"$dir/webhook.yml" | sed 's/.*Host(\([^)]*\)).*/http:\/\/\1\//')
}

switch_off() { on_vm '/opt/onebox/bin/webhook off'; }

main() {
  parse "$@"
  open_log webhook
  begin_quietly ''
  need_server
  on_vm 'test -x /opt/onebox/bin/webhook' || refuse 'the VM does not know webhooks yet; run: scripts/deploy.sh stage'
  case $ACTION in
    status) on_vm '/opt/onebox/bin/webhook status' ;;
    off) step webhook switch_off ;;
    on)
      check
      step image webhook_image
      step webhook install_on_vm
      ;;
  esac
}

main "$@"
