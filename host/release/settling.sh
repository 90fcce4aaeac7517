# shellcheck shell=bash
# Settling from outside: what Docker's end, the VM's, or a kill has left, when the unit of host/release/operate is gone.
# Under its name, which is the lock: what has begun is never settled by somebody else, and what is to begin waits.

: "${base:?}" "${bin:?}"

# settle_alone ENVIRONMENT [ARGUMENTS...]: settles it, and waits until that is done; 1 when something is at work there,
# which is settled when it ends. Whoever followed what was killed is told.
settle_alone() {
  local environment=$1 settle=$bin/settle token
  case $environment in preview-*) settle=$bin/preview-settle ;; esac
  token=$(cut -f 1 "$base/env/$environment/holder" 2>/dev/null) || token=settle
  systemd-run --quiet --collect --wait --unit="onebox-release-$environment" --description="Settle $environment" \
    --setenv=EXIT_CODE=killed --property="SyslogIdentifier=onebox-$token" --property=RuntimeMaxSec=900 \
    --property="ExecStopPost=-$settle $environment --again" "$settle" "$environment" "${@:2}" 2>/dev/null
}

# forget_delivered: what was brought, secrets among it, and has not become the release's; and, when the VM has booted, what
# those have left who waited for their turn before.
forget_delivered() {
  case ${ONEBOX_INCOMING:-} in "${dir:?}"/incoming.*) rm -rf "$ONEBOX_INCOMING" ;; esac
  if [ ! -e /run/onebox/holding ]; then return 0; fi
  find "$dir"/incoming.* "$base"/inbox/* -prune ! -newer /run/onebox/booted -exec rm -rf {} + 2>/dev/null || true
}
