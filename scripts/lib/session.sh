# shellcheck shell=bash disable=SC2034 # names that other files use
# What every script that talks to the cloud or the VM does first, and the parts that it needs.

for part in config secrets ssh synth stack release cloud toolchain; do
  # shellcheck disable=SC1090
  . "$ROOT/scripts/lib/$part.sh"
done

# begin_tools [COMMAND]: the tools, the configuration, a place for secrets. COMMAND needs nothing of it but git.
begin_tools() {
  local command=${1:-:}
  if command -v git >/dev/null; then
    "$command"
    command=:
  fi
  "$ROOT/scripts/setup.sh"
  "$command"
  load_config
  open_secrets
}

# begin [ENVIRONMENT]: these, the secrets, SSH and the cloud; with ENVIRONMENT its secrets too.
begin() {
  if [ -z "${ONEBOX_SECRETS:-}" ]; then begin_tools ''; fi
  step secrets unlock "${1:-}"
  step cloud ready_cloud
}

# begin_quietly [ENVIRONMENT]: the same for scripts whose own output is what counts.
begin_quietly() {
  ONEBOX_QUIET_SETUP=1 "$ROOT/scripts/setup.sh"
  load_config
  open_secrets
  quiet_step secrets unlock "${1:-}"
  quiet_step cloud ready_cloud
  quiet_step synth synth
}

unlock() {
  reveal "${1:-}"
  prepare_ssh
  make_bootstrap_key
  STEP_NOTE='decrypted for this run'
}

# ready_cloud: the API answers and takes the token. The local cloud's has just said so to cloud.sh start.
ready_cloud() {
  local problem
  start_cloud
  if [ "$CFG_CLOUD" != local ]; then problem=$("$NODE" "$ROOT/operator/bin/ask-api.ts" ${CFG_ENDPOINT:+"$CFG_ENDPOINT"} 2>&1) || refuse "$problem"; fi
  prepare_terraform
  STEP_NOTE="$CFG_CLOUD ${CFG_ENDPOINT:-https://api.hetzner.cloud/v1}"
}

# start_cloud: the local cloud starts by itself and brings its own token; this is the one place in scripts/
# that knows of it.
start_cloud() {
  if [ "$CFG_CLOUD" = local ]; then
    progress 'starting the local cloud'
    "$ROOT/scripts/cloud.sh" start
    HCLOUD_TOKEN=$(cloud_field token)
    ZONES_TOKEN=$HCLOUD_TOKEN
    printf '%s' "$ZONES_TOKEN" >"$ONEBOX_SECRETS/dns_token"
    sha256 <"$ONEBOX_SECRETS/dns_token" | cut -c 1-64 >"$ONEBOX_SECRETS/dns_token_hash"
    if [ "$CFG_HTTPS" = true ]; then "$NODE" "$ROOT/operator/bin/local-authority.ts" start "$CLOUD_DIR"; fi
    if [ "$CFG_ENDPOINT" != "$(cloud_field endpoint)" ] || [ "$CFG_HTTPS" = true ]; then load_config; fi # it was started just now
  else
    HCLOUD_TOKEN=$(cat "$ONEBOX_SECRETS/hcloud_token")
    ZONES_TOKEN=$(cat "$ONEBOX_SECRETS/dns_token")
    ZONES_TOKEN=${ZONES_TOKEN:-$HCLOUD_TOKEN}
  fi
  export HCLOUD_TOKEN
}

# need_server: finds it, or refuses.
need_server() {
  find_server
  [ -n "$ADDRESS" ] || refuse 'there is no server yet; run: scripts/deploy.sh stage'
}
