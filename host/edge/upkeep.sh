# shellcheck shell=bash
# When the VM looks after itself (host/edge/upkeep). Source it before systemd is told to read its units.

: "${base:?}"

# keep_up WINDOW ZONE: every day from its beginning on; "never": as the image of the server does it.
keep_up() {
  local apt=/etc/apt/apt.conf.d/52onebox units=/etc/systemd/system
  if [ "$1" = never ]; then
    systemctl disable -q --now onebox-upkeep.timer 2>/dev/null || true
    rm -f "$apt" "$units/onebox-upkeep.timer" "$units/onebox-upkeep.service"
    return
  fi
  install -d -m 0755 "${apt%/*}"
  cat >"$apt" <<'EOF'
// Written by Onebox: security upgrades come in the window of server.upkeep, Docker's own among them.
APT::Periodic::Update-Package-Lists "0";
APT::Periodic::Unattended-Upgrade "0";
Unattended-Upgrade::Origins-Pattern { "origin=Debian,codename=${distro_codename}-security"; "origin=Ubuntu,archive=${distro_codename}-security"; "origin=Docker"; };
Unattended-Upgrade::Automatic-Reboot "false";
Unattended-Upgrade::Remove-Unused-Kernel-Packages "true";
Dpkg::Options { "--force-confdef"; "--force-confold"; };
EOF
  chmod 0644 "$apt"
  cat >"$units/onebox-upkeep.service" <<EOF
[Unit]
Description=Security upgrades, and the reboot that they need
After=network-online.target
[Service]
Type=oneshot
ExecStart=$base/bin/upkeep $1 $2
TimeoutStartSec=6h
EOF
  cat >"$units/onebox-upkeep.timer" <<EOF
[Unit]
Description=Security upgrades, and the reboot that they need
[Timer]
OnCalendar=*-*-* ${1%-*} $2
AccuracySec=1
[Install]
WantedBy=timers.target
EOF
  systemctl --no-reload enable -q onebox-upkeep.timer
}
