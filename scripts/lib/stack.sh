# shellcheck shell=bash
# Terraform on the synthesised stacks. Variables and credentials go by the environment, never by
# the command line.

# synth: config in, Terraform JSON out.
synth() { (cd "$ROOT" && CI=1 CDKTF_LOG_LEVEL=WARN "$NODE" main.ts); }

# prepare_terraform: what every stack's variables hold. Needs prepare_ssh and make_bootstrap_key.
prepare_terraform() {
  local dir=$ONEBOX_SECRETS
  export TF_IN_AUTOMATION=1 TF_INPUT=0
  AWS_ACCESS_KEY_ID=$(cat "$dir/state_access_key")
  AWS_SECRET_ACCESS_KEY=$(cat "$dir/state_secret_key")
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  export TF_VAR_deploy_key_file=$dir/deploy_key TF_VAR_host_ca=$HOST_CA
  export TF_VAR_deploy_public_key=$DEPLOY_PUBLIC_KEY
  TF_VAR_bootstrap_host_key=$(base64 <"$dir/bootstrap" | tr -d '\n')
  TF_VAR_bootstrap_host_certificate=$(base64 <"$dir/bootstrap-cert.pub" | tr -d '\n')
  export TF_VAR_bootstrap_host_key TF_VAR_bootstrap_host_certificate
}

# prepare_release: the variables of an environment's stack. Needs IMAGE and COMMIT.
prepare_release() {
  RELEASE=${IMAGE##*sha256:}
  RELEASE=${RELEASE:0:12}
  export TF_VAR_image=$IMAGE TF_VAR_release=$RELEASE TF_VAR_commit=$COMMIT
  TF_VAR_env_hash=$(cat "$ONEBOX_SECRETS/env_hash")
  export TF_VAR_env_hash
  export TF_VAR_app_env_file=$ONEBOX_SECRETS/app.env
  export TF_VAR_registry_file=$ONEBOX_SECRETS/docker/config.json
}

# tf STACK COMMAND...: Terraform on one stack. Its working data is kept apart from cdktf.out, which
# a synthesis may write anew.
tf() {
  local stack=$1
  shift
  TF_DATA_DIR=$ONEBOX_DIR/terraform/$CFG_CLOUD-$CFG_NAME/$stack \
    "$TERRAFORM" -chdir="$ROOT/cdktf.out/stacks/$stack" "$@"
}

# apply STACK: init and apply; a state that somebody else holds ends with exit code 3.
apply() {
  local stack=$1 patience=0s said=$ONEBOX_SECRETS/apply
  # Both environments share the server: a deploy of the other one is waited for.
  if [ "$stack" = server ]; then patience=120s; fi
  tf "$stack" init -no-color
  if tf "$stack" apply -auto-approve -no-color -lock-timeout="$patience" 2>&1 | tee "$said"; then return; fi
  if grep -qE 'Error acquiring the state lock|onebox: held:' "$said"; then
    printf '%s: another deploy holds %s; wait for it to end and run this again\n' "$(basename "$0")" "$stack" >&3
    exit 3
  fi
  return 1
}

# find_server: sets ADDRESS, empty before there is a server.
find_server() {
  tf server init -no-color >>"$ONEBOX_LOG" 2>&1
  ADDRESS=$(tf server output -raw address 2>/dev/null) || ADDRESS=''
  case $ADDRESS in *[!0-9.]*) ADDRESS='' ;; esac
}
