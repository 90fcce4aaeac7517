# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# The clients of the Hetzner Cloud API that the emulator's tests drive: the Python package in an
# environment of its own, and the tests in Go, built. The hcloud command is a system package.

CLIENTS=$ROOT/emulator/test/clients

clients_is_here() {
  [ -z "${WITH_TESTS:-}" ] || { [ -x "$(python_client)/bin/python" ] && [ -x "$(go_client)" ]; }
}

# python_client, go_client: where they are, by a digest of what they are made from.
python_client() { printf '%s/clients/python-%s' "$CACHE" "$(digest "$CLIENTS/python/requirements.txt")"; }
go_client() { (LC_ALL=C && printf '%s/clients/go-%s' "$CACHE" "$(digest "$CLIENTS"/go/*)"); }

digest() { cat "$@" | sha256 | cut -c 1-16; }

provide_clients() {
  need_space "$CACHE" 2
  mkdir -p "$CACHE/clients"
  if [ ! -x "$(python_client)/bin/python" ]; then provide_python_client; fi
  if [ ! -x "$(go_client)" ]; then provide_go_client; fi
  STEP_NOTE='hcloud for Python and Go'
}

provide_python_client() {
  progress 'installing hcloud for Python'
  provide_python "$(python_client)" "$CLIENTS/python/requirements.txt"
}

provide_go_client() {
  local out
  out=$(go_client)
  need_go
  progress 'building the tests with hcloud for Go'
  (cd "$CLIENTS/go" && CGO_ENABLED=0 GOFLAGS=-mod=readonly go test -c "${GO_FLAGS[@]}" -ldflags '-s -w' -o "$out.part" .)
  mv "$out.part" "$out"
}
