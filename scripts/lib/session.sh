# shellcheck shell=bash
# What every script that talks to the cloud or the VM does first.

# begin [ENVIRONMENT]: tools, configuration, the cloud, secrets, SSH; with ENVIRONMENT its secrets too.
begin() {
  "$ROOT/scripts/setup.sh"
  load_config
  # shellcheck source=toolchain.sh
  . "$ROOT/scripts/lib/toolchain.sh"
  open_secrets
  step secrets unlock "${1:-}"
  step cloud ready_cloud
}

unlock() {
  reveal "${1:-}"
  prepare_ssh
  make_bootstrap_key
  STEP_NOTE='decrypted for this run'
}

# ready_cloud: the API answers and takes the token. The local cloud starts by itself and brings its
# own token; this is the one place in scripts/ that knows of it.
ready_cloud() {
  if [ "$CFG_CLOUD" = local ]; then
    progress 'starting the local cloud'
    "$ROOT/scripts/cloud.sh" start
    HCLOUD_TOKEN=$("$NODE" -p 'JSON.parse(fs.readFileSync(0, "utf8")).token' <"$ONEBOX_DIR/cloud/cloud.json")
    load_config
  else
    HCLOUD_TOKEN=$(cat "$ONEBOX_SECRETS/hcloud_token")
  fi
  export HCLOUD_TOKEN
  local problem
  problem=$("$NODE" "$ROOT/scripts/lib/api.ts" "$CFG_ENDPOINT" 2>&1) || refuse "$problem"
  prepare_terraform
  STEP_NOTE="$CFG_CLOUD ${CFG_ENDPOINT:-https://api.hetzner.cloud/v1}"
}
