# shellcheck shell=bash
# When backups and drills are made: systemd's timers, one set for all environments. Source it after environment.sh.

: "${environment:?}" "${base:?}"
readonly timers=(onebox-backup onebox-backup-full onebox-drill onebox-alarm)

# unit NAME DESCRIPTION COMMAND SETTINGS WHEN: SETTINGS are lines of the service's own.
unit() {
  cat >"/etc/systemd/system/$1@.service" <<EOF
[Unit]
Description=$2 of %i
After=docker.service
[Service]
Type=oneshot
ExecStart=$base/bin/$3
$4
EOF
  cat >"/etc/systemd/system/$1@.timer" <<EOF
[Unit]
Description=$2 of %i
[Timer]
$5
Persistent=true
[Install]
WantedBy=timers.target
EOF
}

# schedule: the environment's timers run where it has backups, and nowhere else. What has failed is tried again after a
# quarter of an hour, twice.
schedule() {
  local name again=$'Restart=on-failure\nRestartSec=15min\n[Unit]\nStartLimitIntervalSec=2h\nStartLimitBurst=3' spread=$'\nRandomizedDelaySec=1h'
  unit onebox-backup Backup 'backup %i incr' "$again" "OnCalendar=Mon..Sat 01:30$spread"
  unit onebox-backup-full 'Full backup' 'backup %i full' "$again" "OnCalendar=Sun 01:30$spread"
  unit onebox-drill 'Restore drill' 'drill %i' "$again" "OnCalendar=Mon 04:00$spread"
  unit onebox-alarm 'Alarm of backups' 'alarm %i' '' 'OnCalendar=*:0/5'
  systemctl daemon-reload
  for name in "${timers[@]}"; do systemctl enable -q --now "$name@$environment.timer"; done
}

unschedule() {
  local name
  for name in "${timers[@]}"; do
    if [ -e "/etc/systemd/system/$name@.timer" ]; then systemctl disable -q --now "$name@$environment.timer"; fi
  done
}
