# shellcheck shell=bash
# Previews sleep: systemd listens for them, starts the app at the first request, which waits so long, and stops
# it when nobody has been connected for a while.

: "${environment:?}" "${bin:?}" "${run:?}" "${unit:?}" "${wake_port:?}"

# Previews wake one after another, so that many at once neither take the processors nor the memory of others; so
# long one waits for its turn (s).
readonly turn_seconds=120 turn_kept=15

# take_turn: no other preview wakes before this process has ended.
take_turn() {
  exec 6>/run/onebox/waking.lock
  flock -w "$turn_seconds" 6 || die "other previews have been waking for $turn_seconds s"
}

# share_turn: the next one gets the turn after a while, whether this process has ended or not: an app that never gets
# ready keeps nobody asleep. The lock is one for all who have inherited it, so a child can give it up.
share_turn() {
  (sleep "$turn_kept" 6>&- >/dev/null 2>&1 && flock -u 6) 9>&- &
  sharer=$!
  trap 'kill "$sharer" 2>/dev/null || true' EXIT
}

# longest_awake: the slug of the preview that has been awake for the longest time, if one is.
longest_awake() {
  local each found since first='' oldest=''
  for each in $(slugs); do
    found=onebox-preview-$each.service
    if [ "$(systemctl show -p ActiveState --value "$found")" != active ]; then continue; fi
    since=$(systemctl show -p ActiveEnterTimestampMonotonic --value "$found")
    if [ -z "$first" ] || [ "$since" -lt "$oldest" ]; then first=$each oldest=$since; fi
  done
  printf '%s' "$first"
}

# find_memory RELEASE: others sleep until there is enough for it.
find_memory() {
  local other needs
  needs=$(memory_needed "$1")
  while [ "$(free_memory)" -lt "$needs" ]; do
    other=$(longest_awake)
    if [ -z "$other" ]; then die "this VM has $(free_memory) MB of memory left, and $environment needs $needs MB to wake"; fi
    say "$other has been awake for the longest time, and sleeps so that $environment has memory"
    systemctl stop "onebox-preview-$other.service"
  done
}

# units: tells systemd of it. What passes the visitors' bytes on has no right of its own; what starts and stops the app is
# root (+). PORT and MINUTES come with the release.
units() {
  local network port minutes seconds place=/etc/systemd/system
  network=$(intent network)
  port=$(setting "${release:?}" ONEBOX_PORT)
  minutes=$(setting "$release" ONEBOX_IDLE_MINUTES)
  seconds=$(setting "$release" ONEBOX_READY_SECONDS)
  cat >"$place/$unit.socket" <<EOF || return 1
[Unit]
Description=Wait for a request for $environment
[Socket]
ListenStream=$network.1:$wake_port
FreeBind=yes
IPAddressDeny=any
IPAddressAllow=$network.0/28
[Install]
WantedBy=sockets.target
EOF
  cat >"$place/$unit.service" <<EOF || return 1
[Unit]
Description=Keep $environment awake
After=docker.service
StartLimitIntervalSec=0
[Service]
Type=notify
DynamicUser=yes
CapabilityBoundingSet=
NoNewPrivileges=yes
ExecStartPre=-+$bin/wake $environment
ExecStart=/lib/systemd/systemd-socket-proxyd --exit-idle-time=${minutes}min $network.2:$port
ExecStopPost=-+$bin/wake $environment --sleep
TimeoutStartSec=$((seconds + turn_seconds + 15))
EOF
  systemctl daemon-reload && systemctl enable -q --now "$unit.socket"
}

# remove_units: nobody listens for it any more.
remove_units() {
  systemctl disable -q --now "$unit.socket" 2>/dev/null || true # it may not be there
  systemctl stop "$unit.service" 2>/dev/null || true
  rm -rf "/etc/systemd/system/$unit".{socket,service,service.d}
  systemctl daemon-reload
  systemctl reset-failed "$unit.socket" "$unit.service" 2>/dev/null || true
}

# hold_sleep: from here on nobody but this process starts the app; let_sleep ends that.
hold_sleep() {
  install -d -m 0700 "$run"
  exec 9>"$run/wake.lock"
  flock -w 120 9 || die "another process has been starting $environment for two minutes"
}
let_sleep() { exec 9>&-; }
