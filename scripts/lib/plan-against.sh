#!/usr/bin/env bash
# Plans this commit against another one, in a cloud of its own without machines: Terraform applies
# the other commit's stacks there and then plans this one's. Needs no secret and no server.
# Usage: plan-against.sh COMMIT [--markdown]   (run by scripts/plan.sh --against)

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$ROOT/scripts/lib/toolchain.sh"

STACKS=(server stage prod)

# tree NAME COMMIT: that commit's files in $WORK/NAME, with its stacks made for the local cloud.
tree() {
  local dir=$WORK/$1 program
  mkdir -p "$dir/.onebox"
  git -C "$ROOT" archive "$2" | tar -x -C "$dir"
  ln -s "$ROOT/node_modules" "$dir/node_modules"
  ln -s "$WORK/cloud" "$dir/.onebox/cloud"
  printf 'import config from "./onebox.config.ts";\nexport default { ...config, cloud: "local" };\n' >"$dir/plan.config.ts"
  (cd "$dir" && ONEBOX_CONFIG=plan.config.ts CI=1 CDKTF_LOG_LEVEL=WARN "$NODE" main.ts)
  for program in cli/bin operator/bin; do # where a commit has none, its stacks hold all of it
    if [ ! -e "$dir/$program/render-release.ts" ]; then continue; fi
    render "$dir" "$program/render-release.ts" stage
    render "$dir" "$program/render-release.ts" prod
  done
  "$NODE" "$ROOT/cli/bin/without-machines.ts" "$dir"/cdktf.out/stacks/*/cdk.tf.json
}

# render TREE PROGRAM ENVIRONMENT: what its stack would deliver, but for the secrets.
render() {
  (cd "$1" && ONEBOX_CONFIG=plan.config.ts "$NODE" "$2" "cdktf.out/stacks/$3/release" "$WORK/secrets" "$3" \
    --by=plan --commit=unknown "--image=plan@sha256:$(printf '%064d' 0)")
}

# no_secrets: made up, the same for both trees.
no_secrets() {
  mkdir "$WORK/secrets"
  printf '[]' >"$WORK/secrets/variables.json"
  printf 'null' >"$WORK/secrets/pull_login.json"
  printf 'plan' >"$WORK/secrets/hash_salt"
}

# tf TREE STACK COMMAND...
tf() {
  local dir=$WORK/$1 stack=$2
  shift 2
  TF_DATA_DIR=$dir/.onebox/terraform/$stack "$TERRAFORM" -chdir="$dir/cdktf.out/stacks/$stack" "$@" 3>&-
}

start_cloud() {
  local deadline=$((SECONDS + 30))
  "$NODE" "$ROOT/emulator/main.ts" --driver api-only --no-registry --data "$WORK/cloud" >"$WORK/cloud.log" 2>&1 3>&- &
  CLOUD=$!
  until grep -q '"pid": [0-9]' "$WORK/cloud/cloud.json" 2>/dev/null; do
    if [ "$SECONDS" -ge "$deadline" ] || ! kill -0 "$CLOUD" 2>/dev/null; then
      fail "the local cloud did not start: $(tail -n 1 "$WORK/cloud.log")"
    fi
    sleep 0.1
  done
  ENDPOINT=$(sed -nE 's/^ *"endpoint": "(.*)",?$/\1/p' "$WORK/cloud/cloud.json")
  HCLOUD_TOKEN=$(sed -nE 's/^ *"token": "(.*)",?$/\1/p' "$WORK/cloud/cloud.json")
  export HCLOUD_TOKEN
}

# apply_base: what there would be now. plan_head: what this commit would make of it.
apply_base() {
  local stack
  for stack in "${STACKS[@]}"; do
    progress "terraform apply ($stack)"
    tf base "$stack" init -no-color
    tf base "$stack" apply -auto-approve -no-color
  done
}
plan_head() {
  local stack
  cp -R "$WORK/base/.onebox/state" "$WORK/head/.onebox/"
  PLANS=()
  for stack in "${STACKS[@]}"; do
    progress "terraform plan ($stack)"
    tf head "$stack" init -no-color
    tf head "$stack" plan -no-color -out="$WORK/$stack.plan"
    tf head "$stack" show -json "$WORK/$stack.plan" >"$WORK/$stack.json"
    PLANS+=("$stack=$WORK/$stack.json")
  done
}

clean_up() {
  if [ -n "${CLOUD:-}" ]; then kill "$CLOUD" 2>/dev/null || true; fi
  if [ -n "${WORK:-}" ]; then rm -rf "$WORK"; fi
}

main() {
  local base head
  base=$(git -C "$ROOT" rev-parse --verify --quiet "$1^{commit}") || refuse "--against $1: there is no such commit here"
  head=$(git -C "$ROOT" rev-parse HEAD)
  open_log plan
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/onebox-plan.XXXXXX")
  export TF_IN_AUTOMATION=1 TF_INPUT=0
  ssh-keygen -q -t ed25519 -N '' -C plan -f "$WORK/key"
  TF_VAR_deploy_public_key=$(cat "$WORK/key.pub")
  export TF_VAR_deploy_public_key
  no_secrets
  quiet_step cloud start_cloud
  quiet_step synth tree base "$base"
  quiet_step synth tree head "$head"
  quiet_step base apply_base
  quiet_step plan plan_head
  "$NODE" "$ROOT/cli/bin/explain-plan.ts" --endpoint "$ENDPOINT" ${2:+"$2"} "${PLANS[@]}"
}

main "$@"
