# shellcheck shell=bash
# How much an image holds unpacked, nobody knows before: a pull ends before it has filled the disk of all environments.
# Source it after host/lib/environment.sh.

readonly spared=256 # megabytes that no pull takes

# end_when_full PROCESS: returns 3 once it has ended it. A disk that cannot be asked is not full.
end_when_full() {
  local free
  while free=$(free_disk /var/lib/docker) && [ -n "$free" ]; do
    if [ "$free" -lt "$spared" ]; then
      trap '' TERM # whoever waits for that process ends this one next, and it is to say why
      kill "$1" && return 3
    fi
    sleep 0.5
  done
}

# pull_image IMAGE: Docker's pull, ended after PATIENCE seconds. Prints why it failed.
pull_image() {
  local code=0 pulling watching ended=0
  # shellcheck disable=SC2069 # only what it complains of
  timeout --kill-after=15 "${PATIENCE:-120}" docker pull -q "$1" 2>&1 >/dev/null &
  pulling=$!
  end_when_full "$pulling" >/dev/null 2>&1 &
  watching=$!
  wait "$pulling" || code=$?
  kill "$watching" 2>/dev/null || true
  wait "$watching" || ended=$?
  if [ "$ended" -eq 3 ]; then echo "it would have filled the VM's disk; scripts/ssh.sh docker system df"; fi
  return "$code"
}
