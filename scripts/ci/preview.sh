#!/usr/bin/env bash
# Puts up the preview of the pull request that the run is for, or takes it down, as steps of a workflow. What it
# runs is the checked out tree's, the default branch's; the pull request's own is only built, elsewhere.
#
# Usage: GITHUB_TOKEN=… scripts/ci/preview.sh choose
#        GITHUB_TOKEN=… IMAGE=ghcr.io/you/app@sha256:… scripts/ci/preview.sh bring FILE
#
#   choose   what the event asks for, and fetches its commit. Outputs: action (up, down or empty), commit
#   bring    does it, if the pull request is still as it was. FILE takes the text of the comment.
#            Output: comment, which is put, or update where one is there already; empty without a text

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

# read_choice event|now: sets ACTION, NUMBER, COMMIT and BRANCH.
read_choice() {
  local said
  said=$(ci preview "$1") || return 1
  { read -r ACTION && read -r NUMBER && read -r COMMIT && IFS= read -r BRANCH; } <<<"$said"
}

# fetch_commit: what GitHub has under the pull request's number, if that is still the event's commit.
fetch_commit() {
  local login
  login=$(printf 'x-access-token:%s' "${GITHUB_TOKEN:-}" | base64 -w 0)
  GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader" GIT_CONFIG_VALUE_0="Authorization: Basic $login" \
    git -C "$ROOT" fetch --quiet --no-tags --depth 1 origin "refs/pull/$NUMBER/head"
  [ "$(git -C "$ROOT" rev-parse FETCH_HEAD)" = "$COMMIT" ]
}

choose() {
  load_config
  read_choice event
  if [ "$ACTION" = nothing ]; then return; fi
  if [ -z "$CFG_PREVIEW_HOURS" ]; then notice 'onebox.config.ts has no previews section' && return; fi
  if [ "$CFG_REGISTRY" = none ]; then notice 'onebox.config.ts says registry: "none": scripts/preview.sh puts previews up, from a computer that builds' && return; fi
  if [ "$ACTION" = up ] && ! fetch_commit; then
    notice 'no preview: there is a later commit; it has a run of its own, or waits for the label'
    return
  fi
  output action "$ACTION"
  output commit "$COMMIT"
}

# name_preview: sets URL. The host is plain, whatever the branch is called.
name_preview() {
  URL=$CFG_SCHEME://$("$NODE" "$ROOT/cli/bin/name-preview.ts" "$BRANCH" | cut -d ' ' -f 2)
}

bring() {
  local file=$1
  load_config
  read_choice now
  case $ACTION in
    up)
      [ -n "${IMAGE:-}" ] || { notice 'no preview: there is no image of the commit' && return; }
      name_preview
      "$ROOT/scripts/preview.sh" up --image "$IMAGE" --wait -- "$BRANCH"
      printf '## Preview\n\n%s shows %.7s. It ends %s hours after the last commit, or with this pull request; asleep, it wakes when visited.\n' \
        "$URL" "$COMMIT" "$CFG_PREVIEW_HOURS" >"$file"
      output comment put
      ;;
    down)
      "$ROOT/scripts/preview.sh" down --wait -- "$BRANCH"
      printf '## Preview\n\nIt was taken down with this pull request.\n' >"$file"
      output comment update
      ;;
    *) return ;;
  esac
  add_to_summary <"$file"
}

main() {
  case ${1:-} in
    -h | --help) usage && exit 0 ;;
    choose) [ $# -eq 1 ] || refuse "\"$2\" is one argument too many" ;;
    bring) [ -n "${2:-}" ] || refuse 'name the file that takes the text; see scripts/ci/preview.sh --help' ;;
    *) refuse 'say what to do: choose or bring' ;;
  esac
  need_tools
  "$@"
}

main "$@"
