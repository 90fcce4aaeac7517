#!/usr/bin/env bash
# Waits for a new VM, has it make a host key of its own, signs that key and puts it to use. The
# bootstrap key, which the cloud's API has seen, is gone afterwards.
# Usage: first-contact.sh ADDRESS NAME   (run by the server stack, with $ONEBOX_SECRETS set)
set -euo pipefail
umask 077

readonly address=$1 name=$2 dir=${ONEBOX_SECRETS:?}
readonly patience=180 # seconds; a Hetzner VM answers after 20 to 60

vm() { ssh -F "$dir/ssh_config" -o "HostName=$address" "$@"; }

wait_for_ssh() {
  local deadline=$((SECONDS + patience)) why=
  until why=$(vm onebox true 2>&1); do
    if [ "$SECONDS" -ge "$deadline" ]; then
      printf 'error: no SSH at %s with the expected host key after %s s: %s\n' "$address" "$patience" "$why"
      exit 1
    fi
    sleep 0.5
  done
}

# Prints the public half of a fresh key, or nothing when the VM uses one already.
fresh_key() {
  vm onebox bash -s <<'EOF'
set -eu
cloud-init status --wait >/dev/null 2>&1 </dev/null || true
grep -q '^HostKey /etc/ssh/onebox/' /etc/ssh/sshd_config.d/00-onebox.conf && exit 0
rm -rf /etc/ssh/onebox.new
install -d -m 0700 /etc/ssh/onebox.new
ssh-keygen -q -t ed25519 -N '' -C onebox -f /etc/ssh/onebox.new/host_key
cat /etc/ssh/onebox.new/host_key.pub
EOF
}

# One rename switches sshd's configuration: at every moment key and certificate belong together.
# shellcheck disable=SC2016 # for the VM's shell
readonly use_key='
set -eu
conf=/etc/ssh/sshd_config.d/00-onebox.conf
cat >/etc/ssh/onebox.new/host_key-cert.pub
rm -rf /etc/ssh/onebox
mv /etc/ssh/onebox.new /etc/ssh/onebox
sed "s|/etc/ssh/onebox-bootstrap/|/etc/ssh/onebox/|" "$conf" >"$conf.new"
chmod 0644 "$conf.new"
mv "$conf.new" "$conf"
sshd -t
systemctl reload ssh || systemctl restart ssh
rm -rf /etc/ssh/onebox-bootstrap'

main() {
  wait_for_ssh
  # cloud-init may restart sshd at any moment of its first boot.
  for _ in 1 2 3 4 5; do
    if fresh_key >"$dir/vm.pub"; then break; fi
    sleep 1
  done
  if [ -s "$dir/vm.pub" ]; then
    ssh-keygen -q -s "$dir/ca_key" -h -I "$name" -n "$name,$address" "$dir/vm.pub"
    vm onebox "$use_key" <"$dir/vm-cert.pub"
  fi
  # Only the new certificate is good for the address; Terraform asks for that one.
  for _ in $(seq 150); do
    if vm -o "HostKeyAlias=$address" onebox true 2>/dev/null; then return; fi
    sleep 0.2
  done
  echo 'error: the VM does not show its new host key'
  exit 1
}

main
