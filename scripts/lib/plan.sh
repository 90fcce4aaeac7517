# shellcheck shell=bash disable=SC2034 # names that other files use
# The plan of the server's stack, in a file of the secrets' directory, because a saved plan holds sensitive values in
# plain text. Source it after session.sh.

# apply_server: brings the server's stack up to date. Another deploy may do so between this one's plan and
# its apply; then it is planned anew.
apply_server() {
  local saved=$ONEBOX_SECRETS/server.plan code
  for _ in 1 2 3; do
    code=0
    terraform_or_held server plan -detailed-exitcode -out="$saved" || code=$?
    case $code in
      0) return ;; # nothing to do
      2) allow "$saved" ;;
      *) return 1 ;;
    esac
    if apply server "$saved"; then return; fi
    grep -q 'Saved plan is stale' "$ONEBOX_SECRETS/terraform" || return 1
  done
  return 1
}

# allow PLAN: refuses one that replaces or destroys what holds data or an address.
allow() {
  tf server show -json "$1" >"$1.json"
  "$NODE" "$ROOT/operator/bin/guard-plan.ts" "$1.json" 2>"$ONEBOX_SECRETS/errors" && return
  close_step '✗'
  cat "$ONEBOX_SECRETS/errors" >&3
  exit 2
}
