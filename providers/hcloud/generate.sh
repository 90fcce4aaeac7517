#!/usr/bin/env bash
# Generates this package's bindings (lib/) from the schema that the hcloud provider itself prints.
#
# Usage: providers/hcloud/generate.sh [options]
#
#   --check           write nothing; fail when lib/ is not what would be generated
#   --help            this text
#
# Exit codes: 0 done; 1 failed, or --check found a difference; 2 wrong usage or environment.

set -euo pipefail
umask 022 # what is written here are ordinary files of the repository

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(dirname "$(dirname "$HERE")")
GENERATOR=${XDG_CACHE_HOME:-$HOME/.cache}/onebox/provider-generator

fail() { printf 'generate.sh: %s\n' "$1" >&2 && exit "$2"; }

# install_generator: npm packages of their own lockfile, in the cache as nothing else needs them.
install_generator() {
  if cmp -s "$HERE/generator/package-lock.json" "$GENERATOR/package-lock.json"; then return; fi
  mkdir -p "$(dirname "$GENERATOR")"
  FRESH=$(mktemp -d "$GENERATOR.XXXXXX")
  cp "$HERE/generator/package.json" "$HERE/generator/package-lock.json" "$FRESH"
  (cd "$FRESH" && npm ci --ignore-scripts --no-audit --no-fund)
  rm -rf "$GENERATOR"
  mv "$FRESH" "$GENERATOR"
}

# differing DIR DIR: the files that are not the same in both.
differing() {
  (cd "$1" && find . -type f && cd "$2" && find . -type f) | sort -u | while read -r file; do
    cmp -s "$1/$file" "$2/$file" || printf ' %s' "${file#./}"
  done
}

clean_up() { rm -rf "${WORK:-}" "${FRESH:-}"; }

main() {
  local differences check=''
  case "$*" in
    '') ;;
    --check) check=1 ;;
    -h | --help) sed -n '/^# Usage:/,/^[^#]/{/^#/{s/^# \{0,1\}//;p;};}' "$0" && exit ;;
    *) fail "unknown argument $*; see providers/hcloud/generate.sh --help" 2 ;;
  esac
  trap clean_up EXIT
  "$ROOT/scripts/setup.sh" hetzner # Terraform, the provider, node_modules
  install_generator
  mkdir -p "$ROOT/.onebox"
  WORK=$(mktemp -d "$ROOT/.onebox/generate.XXXXXX")
  "$ROOT/node_modules/.bin/node" "$HERE/generate.ts" "$GENERATOR" "$WORK"
  mkdir -p "$HERE/lib"
  differences=$(differing "$HERE/lib" "$WORK/lib")
  if [ -z "$differences" ]; then
    echo "lib is what the provider's schema yields"
  elif [ -n "$check" ]; then
    fail "lib is not what the provider's schema yields:$differences; run providers/hcloud/generate.sh" 1
  else
    rm -rf "${HERE:?}/lib"
    mv "$WORK/lib" "$HERE/lib"
    echo "written to lib:$differences"
  fi
}

main "$@"
