#!/usr/bin/env bash
# Deploys as a step of a workflow, and writes into the job's summary what was deployed where, in what
# time, with which changes.
#
# Usage: IMAGE=ghcr.io/you/app@sha256:… scripts/ci/deploy.sh stage
#        scripts/ci/deploy.sh prod
#
#   stage   IMAGE, unless stage serves a later commit already
#   prod    what onebox.config.ts says under release: the image of the version tag that the workflow runs
#           for, once stage has served it ("tag"); or what stage serves now ("promote")
#
# Exit codes as of scripts/deploy.sh.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

# serving ENVIRONMENT: the commit that it serves; nothing before its first release.
serving() {
  ONEBOX_QUIET_SETUP=1 "$ROOT/scripts/status.sh" --json 2>/dev/null | ci read-status "$1" || true # no server yet
}

# newer_than COMMIT: whether what stage serves contains it and more: runs may overtake each other.
newer_than() {
  [ -n "$BEFORE" ] && [ "$BEFORE" != "$1" ] \
    && git -C "$ROOT" merge-base --is-ancestor "$1" "$BEFORE" 2>/dev/null
}

# choose_image: sets IMAGE; empty when there is nothing to do, and then it has said why.
choose_image() {
  if [ "$ENVIRONMENT" = stage ]; then
    [ -n "${IMAGE:-}" ] || refuse 'IMAGE is empty; the job "image" names what it pushed'
    if newer_than "$(git -C "$ROOT" rev-parse HEAD)"; then
      notice "stage serves a later commit already ($BEFORE); to go back: scripts/rollback.sh stage"
      IMAGE=''
    fi
    return
  fi
  IMAGE=$("$ROOT/scripts/releases.sh" stage --json | ci choose-release "$(git -C "$ROOT" rev-parse HEAD)")
}

clean_up() { rm -f "${SAID:-}"; }

main() {
  local code=0
  case ${1:-} in
    -h | --help) usage && exit 0 ;;
    stage | prod) ENVIRONMENT=$1 ;;
    *) refuse 'name what you mean: stage, prod' ;;
  esac
  need_tools
  load_config
  if [ "$CFG_REGISTRY" = none ]; then
    notice 'onebox.config.ts says registry: "none": scripts/deploy.sh deploys, from a computer that builds'
    return
  fi
  BEFORE=$(serving "$ENVIRONMENT")
  choose_image
  if [ -z "$IMAGE" ]; then return; fi
  SAID=$(mktemp "${TMPDIR:-/tmp}/onebox-deploy.XXXXXX")
  "$ROOT/scripts/deploy.sh" "$ENVIRONMENT" --image "$IMAGE" --wait 2>&1 | tee "$SAID" || code=$?
  ci summarise-deploy "$ENVIRONMENT" "$IMAGE" "$BEFORE" "$code" <"$SAID" | add_to_summary
  return "$code"
}

main "$@"
