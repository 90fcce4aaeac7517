# shellcheck shell=bash
# Where parts come from: which official sources answer, which platform this is, what Go builds.

# reachable URL: whether an official source answers, asked once a run, at most five seconds.
# Any answer counts but a server's error: Docker Hub answers 401 to who has not logged in.
reachable() {
  local known
  known=$(printf '%s\n' "${REACHABLE:-}" | awk -v url="$1" '$1 == url { print $2 }')
  if [ -z "$known" ]; then
    known=$(curl -sS -o /dev/null --connect-timeout 3 --max-time 5 -w '%{http_code}' "$1") || known=000
    REACHABLE="${REACHABLE:-}"$'\n'"$1 $known"
  fi
  case $known in 2?? | 3?? | 401) return 0 ;; *) return 1 ;; esac
}

# platform: as Go, Terraform and HashiCorp spell it.
platform() {
  local machine
  machine=$(uname -m)
  case $machine in
    x86_64 | amd64) machine=amd64 ;;
    aarch64 | arm64) machine=arm64 ;;
  esac
  printf '%s_%s' "$(uname -s | tr '[:upper:]' '[:lower:]')" "$machine"
}

# version_at_least OLDEST VERSION: compares the first two numbers.
version_at_least() {
  awk -v o="$1" -v v="${2:-0}" 'BEGIN {
    split(o, a, "."); split(v, b, ".")
    exit !(b[1] + 0 > a[1] + 0 || (b[1] + 0 == a[1] + 0 && b[2] + 0 >= a[2] + 0))
  }'
}

# work_dir NAME: a new directory in the cache for what is being made. setup.sh removes it on exit.
work_dir() {
  mkdir -p "$CACHE/tmp"
  mktemp -d "$CACHE/tmp/setup.$$.$1.XXXXXX"
}

# build_go_tool MODULE FILE PACKAGE [LDFLAGS]: builds PACKAGE, a pinned dependency of toolchain/MODULE,
# into $CACHE/go-tools/FILE unless it is there. FILE carries the version.
build_go_tool() {
  local out=$CACHE/go-tools/$2
  if [ -x "$out" ]; then return; fi
  need_go
  need_space "$CACHE" 5
  progress "building $2 with Go"
  go_build "$ROOT/toolchain/$1" "$out" "$3" "${4:-}"
}

# What no debugger will read is not made. Builds with the same flags share what they have compiled.
GO_FLAGS=(-trimpath -buildvcs=false -gcflags=all=-dwarf=false)

# go_build DIRECTORY OUT PACKAGE LDFLAGS: the module in DIRECTORY holds or requires PACKAGE.
go_build() {
  local part=$2.part
  mkdir -p "$(dirname "$2")"
  (cd "$1" && CGO_ENABLED=0 GOFLAGS=-mod=readonly GOTMPDIR=$(work_dir go) \
    go build "${GO_FLAGS[@]}" -p "$(compilers)" -ldflags "-s -w $4" -o "$part" "$3")
  mv "$part" "$2"
}

# compilers: how many at once; each takes up to 500 MB.
compilers() {
  local cores memory
  cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || cores=2
  memory=$(awk '$1 == "MemAvailable:" { print int($2 / 1048576) }' /proc/meminfo 2>/dev/null) || memory=$cores
  printf '%s' "$((memory < 1 ? 1 : memory < cores ? memory : cores))"
}

# need_go: Go as the builds need it. Go 1.21 and newer fetch the exact version a module asks for.
need_go() {
  local version
  export GOTOOLCHAIN=auto
  if ! command -v go >/dev/null; then install_packages golang-go; fi
  version=$(go env GOVERSION | sed 's/^go//')
  version_at_least "$GO_OLDEST" "$version" \
    || refuse "Go $version is too old to build what can't be downloaded here; install Go $GO_OLDEST or newer: https://go.dev/dl/"
}

# need_space PATH GIGABYTES: refuses when the file system that holds PATH has less free.
need_space() {
  local path=$1 free
  while [ ! -e "$path" ]; do path=$(dirname "$path"); done
  free=$(df -Pk "$path" | awk 'NR == 2 { printf "%d", $4 / 1048576 }')
  [ "$free" -ge "$2" ] || refuse "no disk space: $1 needs $2 GB free and has $free GB; free some, for example: docker system prune"
}
