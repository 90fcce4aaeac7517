# shellcheck shell=bash
# What Traefik knows and does, asked inside its own network namespace: its API listens only there.

: "${environment:?}" "${dir:?}" "${ANSWERED=}"

# find_edge: sets EDGE_PID; what is known already is taken while it runs.
find_edge() {
  if [ ! -e "/proc/${EDGE_PID:-none}/ns/net" ]; then EDGE_PID=$(docker inspect -f '{{.State.Pid}}' onebox-traefik); fi
}

# in_edge COMMAND...: runs it where Traefik's loopback is.
in_edge() {
  find_edge
  nsenter -t "$EDGE_PID" -n "$@"
}
ask_edge() { in_edge curl -sS -m 3 "$@" 2>/dev/null; }

# connections ADDRESS: how many Traefik has with it. It closes its idle ones after 1 s (routes/onebox.yml),
# so none means that no request is under way.
connections() { in_edge ss -Htn state established state syn-sent dst "$1" 2>/dev/null | wc -l; }

# leads ROUTER SERVICE: Traefik's API says that it does.
leads() {
  local answer
  answer=$(ask_edge "http://127.0.0.1:8080/api/http/routers/$1@file") || return 1
  [[ $answer == *'"service":"'"$2"'"'* && $answer == *'"status":"enabled"'* ]]
}

# acknowledged WAY: Traefik routes as env/NAME.yml says; waits 5 s for it.
acknowledged() {
  local slot=${1##*.} deadline=$((SECONDS + 5))
  while [ "$SECONDS" -le "$deadline" ]; do
    case $1 in
      route.*) if leads "$environment" "$environment-$slot" && ! leads "$environment-reads" "$environment-watched"; then return 0; fi ;;
      watch.*) if leads "$environment-reads" "$environment-watched" && leads "$environment" "$environment-$(other "$slot")"; then return 0; fi ;;
      canary*) if leads "$environment" "$environment-canary"; then return 0; fi ;;
    esac
    sleep 0.05
  done
  return 1
}

# answers RELEASE METHOD [SECONDS]: three answers in a row through the public entry point come from it; waits 5 s. Traefik
# names the release in its own 502 too: it is the status that tells (502, 503 and 504 are its own). Only GET means
# the same to every app. ANSWERED is the last status.
answers() {
  local url said status='([1-4]..|50[015])' deadline=$((SECONDS + ${3:-5}))
  url=http://127.0.0.1$(setting "$1" ONEBOX_READINESS)
  case $environment:$2 in
    preview-*:GET) status='(200|40[13])' ;; # it may want a password, or other addresses: then Traefik answers by itself
    *:GET) by_grpc "$1" || status=200 ;;    # to GET, gRPC has an error
  esac
  while [ "$SECONDS" -le "$deadline" ]; do
    said=$(ask_edge -X "$2" -H "Host: $(setting "$1" ONEBOX_HOST)" -w '%{http_code} %header{x-onebox-release};' \
      "$url" -o /dev/null "$url" -o /dev/null "$url" -o /dev/null)
    if [[ $said =~ ^($status\ $1\;){3}$ ]]; then return 0; fi
    ANSWERED=${said%% *}
    sleep 0.05
  done
  return 1
}

# lead WAY RELEASE: the switch: renames the way into place and waits until it is in force. OPTIONS
# changes nothing in any app, and takes the way that writes take.
lead() {
  put "$environment.yml" "$2" "$1" && acknowledged "$1" || return 1
  case $1 in
    route.*) answers "$2" GET && answers "$2" OPTIONS ;;
    watch.*) answers "$2" GET ;;
  esac
}

# switch_to WAY RELEASE: the same, and when it is not in force in time, the file from before is put back.
switch_to() {
  local kept=$dir/routes/$environment.yml before
  before=$(cat "$kept" 2>/dev/null) || before=''
  if lead "$@"; then return 0; fi
  if [ -n "$before" ]; then
    printf '%s\n' "$before" >"$dir/file.new" && mv "$dir/file.new" "$kept" && place_file "$environment.yml"
  fi
  return 1
}

# measure SLOT: "requests errors milliseconds" of the reads of all its ports, since Traefik started, and then of the
# writes. Streams, which last as long as somebody looks, are neither.
measure() {
  ask_edge http://127.0.0.1:8080/metrics | awk -v service="service=\"$environment-$1(-[0-9]+)?@file\"" '
    $0 !~ service || !/protocol="http"/ { next }
    { kind = /method="(GET|HEAD)"/ ? "reads" : "writes" }
    /^traefik_service_requests_total/ { n[kind] += $NF; if (/code="5/) e[kind] += $NF }
    /^traefik_service_request_duration_seconds_sum/ { s[kind] += $NF }
    END {
      printf "%d %d %d ", n["reads"], e["reads"], s["reads"] * 1000
      printf "%d %d %d\n", n["writes"], e["writes"], s["writes"] * 1000
    }'
}
