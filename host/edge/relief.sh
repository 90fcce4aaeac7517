# shellcheck shell=bash
# The standby proxy: a second Traefik, with the new configuration, to which the kernel sends new connections while
# the first one is replaced. A connection stays with the Traefik that it began with.

readonly relief=onebox-relief chain=ONEBOX-RELIEF

address_of() { docker inspect -f '{{(index .NetworkSettings.Networks "onebox-edge_default").IPAddress}}' "$1"; }
inside() { nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$1")" -n "${@:2}"; }

# ready NAME [SECONDS]: it has read the routes; until then it would answer 404. Waits 30 s, or that long.
ready() {
  local deadline=$((SECONDS + ${2:-30}))
  until inside "$1" curl -sS -m 2 'http://127.0.0.1:8080/api/http/routers?per_page=1000' 2>/dev/null | grep -q '"api@file"'; do
    if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    sleep 0.05
  done
}

# drained NAME: nobody is connected to it any more; waits 35 s: a connection that is used ends after 30 s
# by itself (keepAliveMaxTime in traefik.yml). What is idle, or a stream, is left then.
drained() {
  local deadline=$((SECONDS + 35))
  until [ -z "$(inside "$1" ss -Htn state established '( sport = :80 or sport = :443 )')" ]; do
    if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    sleep 0.1
  done
}

# call_relief: starts it and sends new connections there.
call_relief() {
  dismiss_relief # one that a killed run has left may be serving
  # Without the token: the wildcard is the other one's to order.
  edge run --detach --no-deps --env HETZNER_API_TOKEN_FILE= --name "$relief" traefik >/dev/null || return 1
  docker update --restart no "$relief" >/dev/null # after a reboot nothing would be sent there
  join "$relief"
  ready "$relief" 120 && lead_to "$(address_of "$relief")"
}

# lead_to ADDRESS: before Docker's own rules. What containers of this VM send takes those still: its
# answers would not find the way back.
lead_to() {
  local ports=(-p tcp -m multiport --dports "80,443")
  lead_back
  iptables -w 10 -t nat -N "$chain" \
    && iptables -w 10 -t nat -A "$chain" -i br-+ -j RETURN \
    && iptables -w 10 -t nat -A "$chain" -i docker0 -j RETURN \
    && iptables -w 10 -t nat -A "$chain" "${ports[@]}" -m addrtype --dst-type LOCAL -j DNAT --to-destination "$1" \
    && iptables -w 10 -N "$chain" \
    && iptables -w 10 -A "$chain" -d "$1" "${ports[@]}" -j ACCEPT \
    && iptables -w 10 -I DOCKER-USER -j "$chain" \
    && iptables -w 10 -t nat -I OUTPUT ! -d 127.0.0.0/8 -j "$chain" \
    && iptables -w 10 -t nat -I PREROUTING -j "$chain" && return
  lead_back
  return 1
}

# lead_back: new connections go where Docker sends them. What is connected keeps its way.
lead_back() {
  {
    iptables -w 10 -t nat -D PREROUTING -j "$chain"
    iptables -w 10 -t nat -D OUTPUT ! -d 127.0.0.0/8 -j "$chain"
    iptables -w 10 -t nat -F "$chain"
    iptables -w 10 -t nat -X "$chain"
    iptables -w 10 -D DOCKER-USER -j "$chain"
    iptables -w 10 -F "$chain"
    iptables -w 10 -X "$chain"
  } 2>/dev/null || true
}

# dismiss_relief: the end of each run, whatever its result, unless the standby proxy is all there is.
dismiss_relief() {
  if ! docker inspect "$relief" >/dev/null 2>&1; then return; fi
  if ! ready onebox-traefik; then
    say "error: Traefik does not run; the standby proxy serves until this VM restarts; deploy again"
    return
  fi
  lead_back
  drained "$relief" || true
  docker stop "$relief" >/dev/null
  docker rm -v "$relief" >/dev/null
}
