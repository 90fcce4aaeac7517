# shellcheck shell=bash
# What Docker's own service needs on the VM.

: "${base:?}"

# keep_running: containers go on when Docker itself ends or is upgraded.
keep_running() {
  local file=/etc/docker/daemon.json
  if grep -q '"live-restore"' "$file" 2>/dev/null; then return; fi
  install -d -m 0755 /etc/docker
  if grep -q '"' "$file" 2>/dev/null; then
    sed -i '0,/{/s//{ "live-restore": true,/' "$file"
  else
    echo '{ "live-restore": true }' >"$file"
  fi
  chmod 0644 "$file"
  systemctl reload docker
}

# guard_vm: containers do not reach the VM's own SSH, by whatever address of its. They come in through a bridge: docker0,
# or br- and the network's number.
guard_vm() {
  local rule='-p tcp --dport 22 -m addrtype --dst-type LOCAL -j DROP'
  cat >/etc/systemd/system/onebox-guard.service <<EOF
[Unit]
Description=Keep containers away from SSH
DefaultDependencies=no
Before=docker.service network-pre.target
Wants=network-pre.target
After=local-fs.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'for from in docker0 br-+; do iptables -w -t raw -C PREROUTING -i \$\$from $rule 2>/dev/null || iptables -w -t raw -I PREROUTING -i \$\$from $rule; done'
[Install]
WantedBy=multi-user.target
EOF
  systemctl --no-reload enable -q onebox-guard.service
}

# keep_reserve: stage and the previews leave the last of the volume to prod.
keep_reserve() {
  cat >/etc/systemd/system/onebox-reserve.service <<EOF
[Unit]
Description=Keep the last of the data volume for prod
After=docker.service
[Service]
ExecStart=$base/bin/reserve
Restart=always
RestartSec=5
[Install]
WantedBy=multi-user.target
EOF
  systemctl --no-reload enable -q onebox-reserve.service
}

# bound_clients CONNECTIONS: now, and at each boot.
bound_clients() {
  cat >/etc/systemd/system/onebox-clients.service <<EOF
[Unit]
Description=Bound the connections of one client
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$base/bin/clients $1
[Install]
WantedBy=multi-user.target
EOF
  systemctl --no-reload enable -q onebox-clients.service
}

# A reboot could start Postgres before its volume is there, on an empty directory, and Traefik with
# a file that it cannot read, which would be 404 for everyone. Whatever Docker's end has cut short is
# reconciled when it is back. Until Traefik knows its routes, visitors are held up. In force from the next
# daemon-reload; this boot needs no holding up any more.
accompany_docker() {
  install -d -m 0755 /etc/systemd/system/docker.service.d
  cat >/etc/systemd/system/docker.service.d/onebox.conf <<EOF
[Unit]
Wants=onebox-hold.service
[Service]
ExecStartPre=/bin/sh -c 'for i in \$\$(seq 60); do mountpoint -q $1 && exit 0; sleep 1; done; exit 1'
ExecStartPre=-$base/bin/tidy
ExecStartPost=-/bin/systemctl start --no-block onebox-settle.service
EOF
  install -d -m 0700 /run/onebox
  : >/run/onebox/booted
  cat >/etc/systemd/system/onebox-hold.service <<EOF
[Unit]
Description=Hold visitors up until Traefik knows its routes
Before=docker.service
ConditionPathExists=!/run/onebox/booted
[Service]
Type=exec
ExecStartPre=-$base/bin/hold on
ExecStart=$base/bin/hold wait
ExecStopPost=-$base/bin/hold off
RuntimeMaxSec=60
EOF
  cat >/etc/systemd/system/onebox-settle.service <<EOF
[Unit]
Description=Reconcile what the end of Docker has cut short
After=docker.service
[Service]
Type=oneshot
ExecStart=$base/bin/settle --all
ExecStartPost=-$base/bin/upkeep --booted
TimeoutStartSec=900
EOF
  cat >/etc/systemd/system/onebox-down.service <<EOF
[Unit]
Description=Hold visitors up before this VM goes down
After=docker.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=-$base/bin/upkeep --down
TimeoutStopSec=60
[Install]
WantedBy=multi-user.target
EOF
  systemctl --no-reload enable -q onebox-down.service
}
