# shellcheck shell=bash
# When backups and drills are made: systemd's timers, one set for all environments. Source it after environment.sh.

: "${environment:?}" "${base:?}"
readonly timers=(onebox-backup onebox-backup-full onebox-drill)

# unit NAME DESCRIPTION COMMAND WHEN: what has failed is tried again after a quarter of an hour, twice.
unit() {
  cat >"/etc/systemd/system/$1@.service" <<EOF
[Unit]
Description=$2 of %i
After=docker.service
StartLimitIntervalSec=2h
StartLimitBurst=3
[Service]
Type=oneshot
ExecStart=$base/bin/$3
Restart=on-failure
RestartSec=15min
EOF
  cat >"/etc/systemd/system/$1@.timer" <<EOF
[Unit]
Description=$2 of %i
[Timer]
OnCalendar=$4
RandomizedDelaySec=1h
Persistent=true
[Install]
WantedBy=timers.target
EOF
}

# schedule: the environment's timers run where it has backups, and nowhere else.
schedule() {
  local name
  unit onebox-backup Backup 'backup %i incr' 'Mon..Sat 01:30'
  unit onebox-backup-full 'Full backup' 'backup %i full' 'Sun 01:30'
  unit onebox-drill 'Restore drill' 'drill %i' 'Mon 04:00'
  systemctl daemon-reload
  for name in "${timers[@]}"; do systemctl enable -q --now "$name@$environment.timer"; done
}

unschedule() {
  local name
  for name in "${timers[@]}"; do
    if [ -e "/etc/systemd/system/$name@.timer" ]; then systemctl disable -q --now "$name@$environment.timer"; fi
  done
}
