# shellcheck shell=bash
# Why does an app not answer 200? What was asked, how, and what became of it: each cause has a sentence of its own.

app_url='' asked_as=() # find_app sets them: where it asks, and curl's arguments

# unready SLOT RELEASE ANSWER: the last answer was "HTTP 503", or curl's words; empty: nobody took the connection.
unready() {
  local port host asked
  port=$(setting "$2" ONEBOX_PORT)
  host=$(setting "$2" ONEBOX_HOST)
  asked="asked as $host, port $port answered $3"
  case $3 in
    '') unheard "$1" "$port" ;;
    'HTTP 3'*) redirected "$2" "$asked" ;;
    'HTTP 4'*)
      if [ "$(otherwise "$2" -H 'Host: localhost')" = 'HTTP 200' ]; then
        echo "$asked, but HTTP 200 when asked as localhost: the app refuses its host; have it accept $host"
      else
        echo "$asked"
      fi
      ;;
    HTTP*) echo "$asked" ;;
    *) unspoken "$2" "asked as $host by $(if by_http2 "$2"; then echo HTTP/2; else echo HTTP/1.1; fi) on port $port: ${3#curl: }" ;;
  esac
}

# redirected RELEASE ASKED: an app that insists on HTTPS has it from Traefik; here it is asked by HTTP.
redirected() {
  local to
  to=$(curl -sS -m 2 -o /dev/null -w '%{redirect_url}' "${asked_as[@]}" "$app_url$(setting "$1" ONEBOX_READINESS)" 2>/dev/null) || to=''
  case $to in
    https:*) echo "$2, a redirect to HTTPS; app.readiness is asked by HTTP: have the app leave that path alone" ;;
    *) echo "$2, a redirect; app.readiness must answer by itself" ;;
  esac
}

# unspoken RELEASE SAID: it took the connection, and gave no answer that curl could read.
unspoken() {
  local said=${2%%$'\n'*} other
  if [[ $said == *'timed out'* ]]; then
    echo "$said; the app is too slow, or waits for something"
  elif ! by_http2 "$1" && other=$(otherwise "$1" "${asked_as[@]}" --http2-prior-knowledge) && [[ $other != *'HTTP 000' ]]; then
    echo "$said; by HTTP/2 it answered $other: it speaks nothing else, so set app.protocol to \"h2c\""
  elif by_http2 "$1" && other=$(otherwise "$1" "${asked_as[@]}" --http1.1) && [[ $other != *'HTTP 000' ]]; then
    echo "$said; by HTTP/1.1 it answered $other: app.protocol \"h2c\" is not for this app"
  else
    echo "$said"
  fi
}

# otherwise RELEASE CURL_ARGUMENTS...: what the readiness path answers to another way of asking.
otherwise() { curl -sS -m 2 -o /dev/null -w 'HTTP %{http_code}' "${@:2}" "$app_url$(setting "$1" ONEBOX_READINESS)" 2>&1 || true; }

# unheard SLOT PORT: where it listens instead.
unheard() {
  local found
  found=$(listening "$1" | sort -u) || found=''
  if [ -z "$found" ]; then
    echo "nothing listens on any port of its container; it is still starting (app.ready gives it longer), or is no server"
  elif grep -qx "127\..*:$2" <<<"$found"; then
    echo "it listens on port $2 of 127.0.0.1 only, where nobody outside its container gets; let it listen on 0.0.0.0"
  elif grep -qx "\[.*\]:$2" <<<"$found"; then
    echo "it listens on port $2 by IPv6 only; let it listen on 0.0.0.0"
  elif grep -q ":$2\$" <<<"$found"; then
    echo "port $2 of its container took no connection within a second"
  else
    echo "it listens on port $(awk -F : '{ print $NF }' <<<"$found" | sort -un | paste -sd , | sed 's/,/, /g'), and not on $2 (app.port, which it is told as PORT)"
  fi
}

# listening SLOT: the addresses and ports on which its container takes connections, but for Docker's own name server.
# "*" is both families.
listening() {
  nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$(container "$1")")" -n ss -Htln | awk '{ print $4 }' | grep -v '^127\.0\.0\.11:'
}
