# shellcheck shell=bash
# The logins of release keys: a user for each scope (stage, prod, previews), who may drop a wish and nothing else. Which
# keys there are is the server stack's word (config/release-keys.ts); there is no user without one.

: "${base:?}"

readonly key_files=/etc/ssh/onebox-keys
readonly wishes=/run/onebox-wishes
readonly asker=/usr/local/lib/onebox-ask # what lies under /opt/onebox only root can read

# let_in_releases DIRECTORY: a file of public keys for each scope that has any.
let_in_releases() {
  local scope
  if [ ! -d "$1" ] && [ ! -d "$key_files" ]; then return 0; fi
  install -d -m 0755 "$key_files"
  if [ -s "$1/signers" ]; then install -m 0644 "$1/signers" "$key_files/signers"; else rm -f "$key_files/signers"; fi
  : >/run/onebox-wishes.conf
  for scope in stage prod preview; do
    if [ -s "$1/$scope" ]; then let_in "$scope" "$1/$scope"; else let_out "$scope"; fi
  done
  install -m 0644 /run/onebox-wishes.conf /etc/tmpfiles.d/onebox-wishes.conf
  systemd-tmpfiles --create /etc/tmpfiles.d/onebox-wishes.conf
  install -D -m 0755 "$base/host/login/ask" "$asker"
  bind_logins
  write_units
  for scope in stage prod preview; do
    if [ -s "$key_files/onebox-$scope" ]; then systemctl enable -q --now "onebox-wish@$scope.path"; fi
  done
}

# let_in SCOPE FILE
let_in() {
  local user=onebox-$1
  id "$user" >/dev/null 2>&1 || useradd --system --no-create-home --home-dir / --shell /bin/sh --password '*' "$user"
  install -m 0644 "$2" "$key_files/.$user"
  mv "$key_files/.$user" "$key_files/$user"
  printf '%s\n' "d $wishes 0755 root root" "d $wishes/$user 0755 root root" "d $wishes/$user/new 0700 $user $user" \
    "d $wishes/$user/spool 0700 $user $user" "d $wishes/$user/answers 0750 root $user" >>/run/onebox-wishes.conf
}

# let_out SCOPE: no key of it is left; who is logged in goes too.
let_out() {
  local user=onebox-$1
  rm -f "$key_files/$user"
  systemctl disable -q --now "onebox-wish@$1.path" 2>/dev/null || true # it may never have been on
  if ! id "$user" >/dev/null 2>&1; then return 0; fi
  loginctl terminate-user "$user" 2>/dev/null || true
  userdel "$user" 2>/dev/null || true
  rm -rf "${wishes:?}/$user"
}

# bind_logins: sshd reads keys of these users from root's files only, and runs nothing else for them.
bind_logins() {
  local file=/etc/ssh/sshd_config.d/10-onebox-releases.conf
  cat >"$file.new" <<EOF
# Written by Onebox: release keys drop a wish, and do nothing else.
Match User onebox-stage,onebox-prod,onebox-preview
  AuthorizedKeysFile $key_files/%u
  AuthenticationMethods publickey
  ForceCommand $asker
  DisableForwarding yes
  PermitTTY no
  PermitUserRC no
EOF
  chmod 0644 "$file.new"
  if cmp -s "$file.new" "$file"; then rm "$file.new" && return 0; fi
  mv "$file.new" "$file"
  if ! sshd -t; then
    rm "$file" # else nobody gets in once sshd is started again; without it, release keys reach nothing
    die 'sshd does not take what binds release keys'
  fi
  systemctl reload ssh 2>/dev/null || systemctl restart ssh
}

write_units() {
  cat >/etc/systemd/system/onebox-wish@.path <<EOF
[Unit]
Description=Watch for what release keys of %i ask for
[Path]
DirectoryNotEmpty=$wishes/onebox-%i/spool
[Install]
WantedBy=multi-user.target
EOF
  cat >/etc/systemd/system/onebox-wish@.service <<EOF
[Unit]
Description=Take what release keys of %i ask for
After=docker.service
StartLimitIntervalSec=0
[Service]
Type=oneshot
ExecStart=$base/bin/wish take %i
EOF
  systemctl daemon-reload
}
