# shellcheck shell=bash disable=SC2034 # names that other files use
# Terraform on the synthesised stacks. Variables and credentials go by the environment, never by
# the command line.

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
  TF_VAR_dns_token_file=$dir/dns_token TF_VAR_dns_token_hash=$(cat "$dir/dns_token_hash")
  export TF_VAR_dns_token_file TF_VAR_dns_token_hash
  export TF_VAR_bootstrap_host_key TF_VAR_bootstrap_host_certificate
}

# tf STACK COMMAND...: Terraform on one stack. Its working data is kept apart from cdktf.out, which
# a synthesis may write anew. Providers outlive a Terraform that was killed: what a person reads must
# not stay open with them.
tf() {
  local stack=$1 token=${HCLOUD_TOKEN:-}
  shift
  if [ "$stack" = dns ]; then token=$ZONES_TOKEN; fi # the zones may be in a project of their own
  HCLOUD_TOKEN=$token TF_DATA_DIR=$ONEBOX_DIR/terraform/$CFG_CLOUD-$CFG_NAME/$stack \
    "$TERRAFORM" -chdir="$ROOT/cdktf.out/stacks/$stack" "$@" 3>&-
}

# tf_init STACK: once in a run.
tf_init() {
  case " ${INITIALISED:-} " in *" $1 "*) return ;; esac
  tf "$1" init -no-color || return
  INITIALISED="${INITIALISED:-} $1"
}

# apply STACK [ARGS]: init and apply.
apply() {
  local stack=$1
  shift
  terraform_or_held "$stack" apply -auto-approve "$@"
}

# terraform_or_held STACK COMMAND [ARGS]: after init; what somebody else holds ends this run with exit code 3.
terraform_or_held() {
  local code=0
  terraform_unless_held "$@" || code=$?
  if [ "$code" -eq 3 ]; then held "$1" "$ONEBOX_SECRETS/terraform"; fi
  return "$code"
}

# terraform_unless_held STACK COMMAND [ARGS]: returns 3 when somebody else holds the state or the VM.
terraform_unless_held() {
  local stack=$1 command=$2 patience=${PATIENCE:-0}s said=$ONEBOX_SECRETS/terraform code=0
  shift 2
  # Both environments share the server: a deploy of the other one is waited for.
  if [ "$stack" = server ]; then patience=120s; fi
  tf_init "$stack" || return # whoever calls this looks at the code, so nothing else would stop here
  tf "$stack" "$command" -no-color -lock-timeout="$patience" "$@" 2>&1 \
    | { trap '' INT && tee "$said" | show_steps; } || code=$? # Ctrl-C is Terraform's: it has to end its providers
  if [ "$code" -eq 0 ]; then return; fi
  if grep -qE 'Error acquiring the state lock|onebox: held:' "$said"; then code=3; fi
  return "$code"
}

# show_steps: passes text on, and names in the ticker the steps of host/release that it tells of.
show_steps() {
  local line
  while IFS= read -r line; do
    printf '%s\n' "$line"
    case $line in *'onebox: step '*) progress "${line##*onebox: step }" ;; esac
  done
}

# held STACK FILE: who holds it, since when and how far, as the VM or else Terraform's lock tells.
held() {
  local holder
  holder=$(sed -n 's/.*onebox: held: //p' "$2" | head -n 1)
  if [ -z "$holder" ] && [ "$1" != server ] && [ -n "${ADDRESS:-}" ]; then holder=$(on_vm "/opt/onebox/bin/operate $1 holder" 2>/dev/null) || holder=''; fi
  if [ -z "$holder" ]; then
    holder=$(awk '/Who:/ { who = $NF } /Created:/ { when = $(NF - 3) "T" $(NF - 2) } END { if (who) print who " holds its Terraform state since " when }' "$2")
  fi
  printf '%s: %s is held: %s; run this again later, or with --wait\n' "$(basename "$0")" "$1" "${holder:-another deploy}" >&3
  exit 3
}

# find_server: sets ADDRESS, empty before there is a server, ADDRESS6 where dns is configured, and APPLIED, the
# definition that it was made by.
find_server() {
  local outputs
  define_server
  if ! outputs=$(tf server output -json 2>/dev/null); then # its first use in this clone, or another state than before
    tf_init server >>"$ONEBOX_LOG" 2>&1
    outputs=$(tf server output -json 2>/dev/null) || outputs=''
  fi
  ADDRESS=$(output_of address "$outputs")
  ADDRESS6=$(output_of address6 "$outputs")
  APPLIED=$(output_of applied "$outputs")
  export TF_VAR_address=$ADDRESS TF_VAR_address6=$ADDRESS6
}
output_of() { tr -d ' \n' <<<"$2" | sed -nE 's/.*"'"$1"'":\{[^}]*"value":"([0-9a-f.:]*)".*/\1/p'; }

# define_server: what the server's stack and its variables say, in one number. Needs synth and prepare_terraform.
define_server() {
  DEFINITION=$({
    cat "$ROOT/cdktf.out/stacks/server/cdk.tf.json"
    printf '%s\n' "$TF_VAR_deploy_public_key" "$TF_VAR_host_ca" "$TF_VAR_dns_token_hash"
  } | sha256 | cut -c 1-64)
  export TF_VAR_definition=$DEFINITION
}
