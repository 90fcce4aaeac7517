# shellcheck shell=bash disable=SC2034 # names that other files use
# SSH to the VM. What is pinned is the authority that signs host keys (HOST_CA_KEY in .env): the
# first connection, every later one and Terraform's accept nothing but a certificate of it.

# prepare_ssh: keys and an ssh_config in the secrets' directory. `ssh -F` with it reaches host "onebox".
prepare_ssh() {
  local dir=$ONEBOX_SECRETS
  HOST_CA=$(ssh-keygen -y -f "$dir/ca_key")
  DEPLOY_PUBLIC_KEY=$(ssh-keygen -y -f "$dir/deploy_key")
  printf '@cert-authority %s %s\n' '*' "$HOST_CA" >"$dir/known_hosts"
  cat >"$dir/ssh_config" <<EOF
Host onebox
  User root
  HostKeyAlias $CFG_NAME
  IdentityFile $dir/deploy_key
  IdentitiesOnly yes
  IdentityAgent none
  BatchMode yes
  StrictHostKeyChecking yes
  UserKnownHostsFile $dir/known_hosts
  GlobalKnownHostsFile /dev/null
  HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com
  ConnectTimeout 5
  ServerAliveInterval 15
  LogLevel INFO
EOF
}

# make_bootstrap_key: the host key that a new VM starts with, certified for a day and for this name.
make_bootstrap_key() {
  local key=$ONEBOX_SECRETS/bootstrap
  ssh-keygen -q -t ed25519 -N '' -C onebox-bootstrap -f "$key"
  ssh-keygen -q -s "$ONEBOX_SECRETS/ca_key" -h -I onebox-bootstrap -n "$CFG_NAME" -V -1h:+1d "$key.pub"
}

# ssh_to_vm ARGS: ssh's own arguments, the host's name, "onebox", among them.
ssh_to_vm() { ssh -F "$ONEBOX_SECRETS/ssh_config" -o "HostName=$ADDRESS" "$@"; }

# on_vm COMMAND: runs it there as root.
on_vm() { ssh_to_vm onebox "$@"; }
