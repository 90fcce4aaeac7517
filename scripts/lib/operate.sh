# shellcheck shell=bash disable=SC2034 # names that other files use
# What the VM does when it is told so by SSH.

# work_on_vm COMMAND: has the VM do it; exit code 3 when somebody else is at work there.
work_on_vm() {
  local said=$ONEBOX_SECRETS/operate code=0
  progress 'asking the VM'
  on_vm "$1" 2>&1 | tee "$said" | show_steps || code=$?
  if [ "$code" -eq 3 ]; then held "$ENVIRONMENT" "$said"; fi
  return "$code"
}
