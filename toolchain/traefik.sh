# shellcheck shell=bash
# The program in Traefik's stand-in: built from the published Go module, without what Onebox's configuration
# cannot ask for (docs/toolchain.md), which takes a fifth of the time. Whoever asks for it is refused.

LEAN=$ROOT/toolchain/traefik

# traefik_program VERSION: where it is built to.
traefik_program() { printf '%s/go-tools/traefik-lean-%s' "$CACHE" "$1"; }

build_traefik() {
  local version=$1 out work flags
  out=$(traefik_program "$version")
  if [ -x "$out" ]; then return; fi
  need_go
  need_space "$CACHE" 3
  work=$(work_dir traefik)
  progress "downloading Traefik's source"
  lean_source "$version" "$work"
  progress "building Traefik $version with Go"
  flags="-X github.com/traefik/traefik/v3/pkg/version.Version=$version -X github.com/traefik/traefik/v3/pkg/version.Codename=stand-in"
  go_build "$work" "$out" ./cmd/traefik "$flags"
}

# lean_source VERSION DIRECTORY: the module's source, compared with toolchain/traefik/go.sum, with its own
# go.mod and go.sum; then lean.patch. Every file that it changes, or that goes, must be the one it was made for.
lean_source() {
  local source file
  # Go would add what is missing there.
  grep -q "^github.com/traefik/traefik/v3 v$1 h1:" "$LEAN/go.sum" || {
    echo "error: toolchain/traefik/go.sum has no checksum of Traefik $1"
    return 1
  }
  source=$(cd "$LEAN" && GOFLAGS=-mod=readonly go mod download -json "github.com/traefik/traefik/v3@v$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  mkdir "$2/webui"
  cp -R "$source/cmd" "$source/pkg" "$source/go.mod" "$source/go.sum" "$2"
  cp -R "$source/webui/embed.go" "$source/webui/static" "$2/webui"
  chmod -R u+w "$2"
  mkdir -p "$2/pkg/config/dynamic/ext"
  cp "$LEAN/ext/ext.go" "$2/pkg/config/dynamic/ext"
  printf 'module github.com/traefik/traefik/dynamic/ext\n' >"$2/pkg/config/dynamic/ext/go.mod"
  (cd "$2" && sha256 -c "$LEAN/lean.sha256") || {
    echo "error: toolchain/traefik/lean.patch was made for another Traefik than $1; docs/toolchain.md says how to make it anew"
    return 1
  }
  while read -r _ file; do
    if ! grep -qxF "+++ b/$file" "$LEAN/lean.patch"; then rm "$2/$file"; fi
  done <"$LEAN/lean.sha256"
  # Without the ceiling, git would leave out what a repository above the cache ignores.
  (cd "$2" && GIT_CEILING_DIRECTORIES=$(dirname "$2") git apply "$LEAN/lean.patch")
}
