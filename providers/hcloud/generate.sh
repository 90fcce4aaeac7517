#!/usr/bin/env bash
# Generates this package's bindings (lib/) from the schema that the hcloud provider itself prints.
#
# Usage: providers/hcloud/generate.sh [options]
#
#   --check           write nothing; fail when lib/ is not what would be generated
#   --verbose         show what the programs print
#   --help            this text
#
# Exit codes: 0 done; 1 failed, or --check found a difference; 2 wrong usage or environment.

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib/common.sh"
umask 022 # what is written here are ordinary files of the repository

HERE=$ROOT/providers/hcloud
GENERATOR=$CACHE/provider-generator
CHECK=''

# install_generator: npm packages of their own lockfile, in the cache as nothing else needs them.
install_generator() {
  if cmp -s "$HERE/generator/package-lock.json" "$GENERATOR/package-lock.json"; then return; fi
  mkdir -p "$CACHE"
  FRESH=$(mktemp -d "$CACHE/provider-generator.XXXXXX")
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
  local differences
  while [ $# -gt 0 ]; do
    case $1 in
      --check) CHECK=1 ;;
      --verbose) export ONEBOX_VERBOSE=1 VERBOSE=1 ;;
      -h | --help) usage && exit 0 ;;
      *) refuse "unknown argument $1; see providers/hcloud/generate.sh --help" ;;
    esac
    shift
  done
  open_log generate
  "$ROOT/scripts/setup.sh" hetzner # Terraform, the provider, node_modules
  step generator install_generator
  WORK=$(mktemp -d "$ONEBOX_DIR/generate.XXXXXX")
  step bindings "$NODE" "$HERE/generate.ts" "$GENERATOR" "$WORK"
  mkdir -p "$HERE/lib"
  differences=$(differing "$HERE/lib" "$WORK/lib")
  if [ -z "$differences" ]; then
    echo "lib is what the provider's schema yields"
  elif [ -n "$CHECK" ]; then
    fail "lib is not what the provider's schema yields:$differences" "providers/hcloud/generate.sh"
  else
    rm -rf "${HERE:?}/lib"
    mv "$WORK/lib" "$HERE/lib"
    echo "written to lib:$differences"
  fi
}

main "$@"
