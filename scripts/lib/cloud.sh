# shellcheck shell=bash
# The local cloud's process and what Docker keeps for it; its registry is in cloud-registry.sh.
# Linux only. Source it after common.sh.

CLOUD_DIR=$ONEBOX_DIR/cloud

# cloud_field NAME: a value of cloud.json, which has one key a line; empty when there is none.
cloud_field() {
  [ -f "$CLOUD_DIR/cloud.json" ] || return 0
  sed -nE 's/^ *"'"$1"'": "?([^",]*)"?,?$/\1/p' "$CLOUD_DIR/cloud.json" | sed 's/^null$//'
}

# api_answers: true if the API answers to this cloud's own token: then it is ours, whatever the pid
# says. The token goes through a pipe, never through the arguments.
api_answers() {
  local endpoint
  endpoint=$(cloud_field endpoint)
  [ -n "$endpoint" ] || return 1
  printf 'header = "Authorization: Bearer %s"\n' "$(cloud_field token)" \
    | curl -sf --noproxy '*' -m 3 -o /dev/null -K - "$endpoint/locations"
}

# start_emulator: a process of its own session that holds nothing of its caller open.
start_emulator() {
  local pid deadline=$((SECONDS + 120)) log=$CLOUD_DIR/emulator.log
  if [ -f "$log" ]; then mv -f "$log" "$log.1"; fi
  (
    # The caller may wait for the end of a pipe that is open here, or hold a lock.
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      if [ "$fd" -gt 2 ]; then exec {fd}>&-; fi
    done
    exec setsid "$NODE" "$ROOT/emulator/main.ts" --data "$CLOUD_DIR"
  ) </dev/null >>"$log" 2>&1 &
  pid=$!
  until api_answers; do
    if [ "$SECONDS" -ge "$deadline" ] || ! kill -0 "$pid" 2>/dev/null; then
      printf 'error: the local cloud did not start:\n' >&2
      tail -n 3 "$log" >&2
      return 1
    fi
    sleep 0.1
  done
}

# stop_authority: ends the certificate authority, if HTTPS has brought one.
stop_authority() { if [ -d "$CLOUD_DIR/authority" ]; then "$NODE" "$ROOT/cli/bin/local-ca.ts" stop "$CLOUD_DIR"; fi; }

# stop_emulator: asks the process to end, then insists. A pid that another program has by now is
# left alone.
stop_emulator() {
  local pid
  pid=$(cloud_field pid)
  [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "--data $CLOUD_DIR " || return 0
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 60); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
}

# stop_parts ID: servers are stopped. What a start makes anew in a moment, the registry's container and
# networks without servers, is removed; images and volumes are data and stay.
# shellcheck disable=SC2086 # one id a word
stop_parts() {
  local ids filter="label=onebox.cloud=$1"
  docker rm --force "onebox-$1-registry" >/dev/null 2>&1 || true # it may be gone
  ids=$(docker ps --quiet --filter "$filter")
  if [ -n "$ids" ]; then docker stop --time 20 $ids >/dev/null; fi
  if [ -z "$(docker ps --all --quiet --filter "$filter")" ]; then
    ids=$(docker network ls --quiet --filter "$filter")
    if [ -n "$ids" ]; then docker network rm $ids >/dev/null 2>&1 || true; fi # one may be gone
  fi
}

# shellcheck disable=SC2086,SC2046 # one id a word
# remove_parts ID: everything that Docker keeps for this cloud, and nothing else.
remove_parts() {
  local ids filter="label=onebox.cloud=$1"
  ids=$(docker ps --all --quiet --filter "$filter")
  if [ -n "$ids" ]; then docker rm --force --volumes $ids >/dev/null; fi
  ids=$(docker network ls --quiet --filter "$filter")
  if [ -n "$ids" ]; then docker network rm $ids >/dev/null; fi
  ids=$(docker volume ls --quiet --filter "$filter" && docker volume ls --quiet --filter "name=^onebox-$1-")
  if [ -n "$ids" ]; then docker volume rm --force $(printf '%s\n' $ids | sort -u) >/dev/null; fi
  # By name, never by id: what has other names too stays. One whose tag went to a later build has a digest.
  ids=$(docker image ls --digests --format '{{.Repository}}:{{.Tag}} {{.Repository}}@{{.Digest}}' --filter "reference=onebox/disk:$1-*" \
    && docker image ls --digests --format '{{.Repository}}:{{.Tag}} {{.Repository}}@{{.Digest}}' --filter "reference=$(cloud_field registry)/*/*")
  ids=$(awk '$1 !~ /<none>/ { print $1; next } $2 !~ /<none>/ { print $2 }' <<<"$ids" | sort -u)
  if [ -n "$ids" ]; then docker image rm $ids >/dev/null; fi
}
