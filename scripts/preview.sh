#!/usr/bin/env bash
# Puts up a preview of a branch: an environment of its own, at a host of its own, for some time.
#
# Usage: scripts/preview.sh up|down [BRANCH] [options]
#        scripts/preview.sh list [options]
#
#   up                builds the branch's commit, unless the registry has its image, and brings it to
#                     SLUG.STAGE-HOST with a database of its own; again: what is new, and its time begins anew
#   down              takes it down with all that belongs to it
#   list              shows what there is
#   BRANCH            a branch, here or at origin; left out: the one that is checked out
#   --image REF       up: this image instead of the branch's commit's
#   --hours N         up: how long it is there (1 to 8760; default: previews.hours)
#   --wait [SECONDS]  wait while somebody else is at work on it, instead of leaving (default 600)
#   --json            list: for machines
#   --config FILE     another configuration than onebox.config.ts
#   --verbose         show Terraform's and Docker's own output
#   --help            this text
#
# Exit codes: 0 done; 1 failed; 2 wrong usage or configuration, nothing touched; 3 somebody else is at
# work on it. It can be interrupted and run again at any time.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/image.sh"
. "$ROOT/scripts/lib/outcome.sh"
. "$ROOT/scripts/lib/plan.sh"
. "$ROOT/scripts/lib/operate.sh"
. "$ROOT/scripts/lib/preview.sh"

parse() {
  ACTION='' BRANCH='' REFERENCE='' HOURS='' PATIENCE=0 FORMAT=table
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --verbose) export ONEBOX_VERBOSE=1 VERBOSE=1 ;;
      --config) use_config "${2:-}" && shift ;;
      --json) FORMAT=json ;;
      --image)
        [ -n "${2:-}" ] || refuse '--image needs an image reference'
        REFERENCE=$2 && shift
        ;;
      --hours)
        if ! [[ ${2:-} =~ ^[1-9][0-9]{0,3}$ ]] || [ "$2" -gt 8760 ]; then refuse '--hours needs a number from 1 to 8760'; fi
        HOURS=$2 && shift
        ;;
      --wait)
        PATIENCE=600
        if [[ ${2:-} =~ ^[0-9]+$ ]]; then PATIENCE=$2 && shift; fi
        ;;
      --)
        [ $# -eq 2 ] || refuse 'behind -- stands one branch'
        BRANCH=$2 && shift
        ;;
      -?*) refuse "unknown option $1; see scripts/preview.sh --help (a branch of that name goes behind --)" ;;
      *) if [ -z "$ACTION" ]; then ACTION=$1; elif [ -z "$BRANCH" ]; then BRANCH=$1; else refuse "one branch at a time; \"$1\" is one too many"; fi ;;
    esac
    shift
  done
  case $ACTION in
    up | down | list) ;;
    '') refuse 'say what to do: up, down or list' ;;
    *) refuse "unknown action \"$ACTION\": it is up, down or list" ;;
  esac
  if [ "$ACTION" != list ] && [ -z "$BRANCH" ]; then
    BRANCH=$(git -C "$ROOT" symbolic-ref --quiet --short HEAD) || refuse 'name the branch: none is checked out'
  fi
  export PATIENCE
}

up() {
  printf 'Onebox puts up %s\n' "$BRANCH"
  if [ -z "$REFERENCE" ]; then name_branch; fi
  begin_tools "$(if [ -z "$REFERENCE" ]; then echo begin_tree; fi)"
  name_preview
  if [ -z "$REFERENCE" ]; then begin_build; fi
  begin preview
  step synth synth
  need_server
  if [ -z "$REFERENCE" ]; then begin_asking; fi
  if [ "$APPLIED" != "$DEFINITION" ]; then step server apply_server; fi
  step image preview_image
  step preview release_preview
  step verify verify
  summary
}

down() {
  printf 'Onebox takes down %s\n' "$BRANCH"
  begin_tools ''
  name_preview
  begin ''
  step synth synth
  need_server
  step preview remove_preview
}

# after_failure: in the place of outcome.sh's.
after_failure() {
  local state=''
  if [ -n "${ADDRESS:-}" ]; then
    state=$(on_vm /opt/onebox/bin/preview-list 2>/dev/null | awk -F '\t' -v slug="$SLUG" '$1 == slug { print $5 ", commit " substr($4, 1, 7) }') || state=''
  fi
  printf '  the preview is now: %s\n' "${state:-not there}" >&3
  printf '  next: mend what is named above and run this again; nothing has to be cleaned up\n' >&3
}

main() {
  parse "$@"
  open_log preview
  if [ "$ACTION" = list ]; then list_previews; else "$ACTION"; fi
}

main "$@"
