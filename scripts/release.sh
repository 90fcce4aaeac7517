#!/usr/bin/env bash
# Names a version of this commit: an annotated tag whose text lists the commits since the version before.
#
# Usage: scripts/release.sh patch|minor|major|VERSION [options]
#
#   VERSION           such as 1.4.0
#   --push            pushes the tag too; with release: "tag" in onebox.config.ts that releases prod
#   --print           only prints version and text; nothing is made
#   --help            this text
#
# Exit codes: 0 done; 1 failed; 2 wrong usage, nothing new, or a commit that its branch's remote lacks.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

parse() {
  WISH='' PUSH='' PRINT=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --push) PUSH=1 ;;
      --print) PRINT=1 ;;
      -*) refuse "unknown option $1; see scripts/release.sh --help" ;;
      *)
        [ -z "$WISH" ] || refuse "one version at a time; \"$1\" is one too many"
        WISH=$1
        ;;
    esac
    shift
  done
  [ -n "$WISH" ] || refuse 'name the version: patch, minor, major, or one such as 1.4.0'
}

main() {
  local text version
  parse "$@"
  cd "$ROOT"
  ONEBOX_QUIET_SETUP=1 "$ROOT/scripts/setup.sh" hetzner
  text=$("$NODE" cli/bin/name-release.ts "$WISH" 2>&3) || exit 2
  if [ -n "$PRINT" ]; then printf '%s\n' "$text" && return; fi
  version=${text%%$'\n'*}
  if [ -n "$PUSH" ] && [ -z "$(git branch --remotes --contains HEAD)" ]; then
    refuse 'no remote branch has this commit yet; push it first, and let it reach stage'
  fi
  # What begins with "#" is a heading here, not a comment.
  git tag --annotate --cleanup=whitespace --message "$text" "$version"
  printf '%s\n\n' "$text"
  if [ -n "$PUSH" ]; then git push --quiet origin "refs/tags/$version"; else printf 'next: git push origin %s\n' "$version"; fi
}

main "$@"
