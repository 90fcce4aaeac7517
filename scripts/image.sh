#!/usr/bin/env bash
# Builds the image of this commit, once, pushes it and prints its name by digest.
#
# Usage: scripts/image.sh [options]
#
#   (nothing)          builds and pushes when the registry lacks it; tags it with commit and branch
#   --commit COMMIT    this one, which git has, instead of what is checked out; no tag but its own
#   --branch NAME      another tag than the branch that git is on ("" for none)
#   --platforms LIST   what to build for (default linux/amd64,linux/arm64), where Docker's builder can;
#                      elsewhere it is the VM's platform
#   --context          builds nothing: lists the files that the builder would get
#   --describe [IMAGE] builds nothing: prints size, layers, labels and packages, of this commit's image
#                      or another one
#   --json             with --describe: in JSON
#   --config FILE      another configuration than onebox.config.ts
#   --verbose          show Docker's own output
#   --help             this text
#
# The last line goes to stdout, everything else to stderr. REGISTRY_USER and REGISTRY_PASSWORD in the
# environment take the place of those in .env; then no GPG key is needed.
# Exit codes: 0 done; 1 failed; 2 wrong usage or configuration. It can be interrupted and run again.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/session.sh"
. "$ROOT/scripts/lib/image.sh"

parse() {
  WORK=build_and_tag REFERENCE='' JSON='' BRANCH=$(git -C "$ROOT" symbolic-ref --quiet --short HEAD || true)
  BRANCH=${GITHUB_REF_NAME:-$BRANCH}
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --verbose) export ONEBOX_VERBOSE=1 VERBOSE=1 ;;
      --config) use_config "${2:-}" && shift ;;
      --commit)
        take_commit "${2:-}" || refuse "--commit needs a commit that git has, not \"${2:-}\""
        BRANCH='' && shift
        ;;
      --branch)
        [ $# -gt 1 ] || refuse '--branch needs a name'
        BRANCH=$2 && shift
        ;;
      --platforms)
        [[ ${2:-} =~ ^linux/[a-z0-9/]+(,linux/[a-z0-9/]+)*$ ]] || refuse '--platforms needs a list such as linux/amd64,linux/arm64'
        PLATFORMS=$2 && shift
        ;;
      --context) WORK=list_context ;;
      --describe)
        WORK=show
        case ${2:-} in '' | -*) ;; *) REFERENCE=$2 && shift ;; esac
        ;;
      --json) JSON=--json ;;
      *) refuse "unknown argument $1; see scripts/image.sh --help" ;;
    esac
    shift
  done
}

# log_in: to the registry, with what the environment or .env holds.
log_in() {
  if [ -n "${REGISTRY_USER:-}" ]; then
    "$NODE" "$ROOT/operator/bin/write-login.ts" "$ONEBOX_SECRETS"
    : | tee "$ONEBOX_SECRETS/hcloud_token" >"$ONEBOX_SECRETS/dns_token" # nothing here asks Hetzner
  else
    reveal
  fi
}

build_and_tag() {
  local tag
  begin_build
  step image image_of_commit >&2
  tag=$(printf '%s' "$BRANCH" | tr -c 'A-Za-z0-9_.-' - | cut -c 1-128)
  # A tree that differs from its commit is nobody's branch.
  if [ -n "$tag" ] && [ "$TAG" = "${COMMIT%-dirty}" ]; then
    "$NODE" "$ROOT/operator/bin/tag-image.ts" "$(asked_as "$IMAGE")" "${tag#[-.]}" "$ONEBOX_SECRETS/docker/config.json" \
      || fail 'the image could not be tagged with the branch' 'run this again'
  fi
  if [ -n "${GITHUB_OUTPUT:-}" ]; then printf 'image=%s\ndigest=%s\n' "$IMAGE" "${IMAGE##*@}" >>"$GITHUB_OUTPUT"; fi
  printf '%s\n' "$IMAGE"
}

show() {
  if [ -z "$REFERENCE" ]; then name_commit && REFERENCE=$CFG_REPOSITORY:$TAG; fi
  need_registry >>"$ONEBOX_LOG"
  "$NODE" "$ROOT/operator/bin/show-image.ts" "$(asked_as "$REFERENCE")" "$ONEBOX_SECRETS/docker/config.json" ${JSON:+"$JSON"}
}

main() {
  parse "$@"
  open_log image
  ONEBOX_QUIET_SETUP=1 "$ROOT/scripts/setup.sh" >&2
  load_config
  open_secrets
  if [ "$WORK" != list_context ]; then
    quiet_step login log_in
    quiet_step registry start_cloud
  fi
  "$WORK"
}

main "$@"
