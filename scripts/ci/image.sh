#!/usr/bin/env bash
# Builds and pushes a commit's image as a step of a workflow, and writes into the job's summary what is in it.
#
# Usage: [COMMIT=…] REGISTRY_USER=… REGISTRY_PASSWORD=… scripts/ci/image.sh
#
# COMMIT names another commit than the one that is checked out; git must have it. The login is the job's own token, which may write packages: no secret of the repository is needed. It
# also stays with Docker for the steps that attest and scan. Outputs: image, name, digest; none where
# onebox.config.ts names nothing to push to: cloud: "local", or registry: "none".

. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$ROOT/scripts/lib/ci.sh"

main() {
  local image registry
  case ${1:-} in -h | --help) usage && exit 0 ;; esac
  need_tools
  if ! reaches_cloud; then
    notice 'onebox.config.ts says cloud: "local": the image has no registry that outlasts this job'
    return
  elif [ "$CFG_REGISTRY" = none ]; then
    notice 'onebox.config.ts says registry: "none": the image goes over SSH when it is deployed'
    return
  fi
  image=$(GITHUB_OUTPUT='' "$ROOT/scripts/image.sh" ${COMMIT:+--commit "$COMMIT"})
  registry=${image%%/*}
  if [ -n "${REGISTRY_USER:-}" ]; then
    printf '%s' "${REGISTRY_PASSWORD:-}" | docker login --username "$REGISTRY_USER" --password-stdin "$registry" >&2
  fi
  output image "$image"
  output name "${image%@*}"
  output digest "${image##*@}"
  {
    printf '## Image\n\n    %s\n\n' "$image"
    "$ROOT/scripts/image.sh" --describe "$image" | sed 's/^/    /'
  } | add_to_summary
}

main "$@"
