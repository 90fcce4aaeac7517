# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# The builder of a CI runner, for scripts/test.sh: BuildKit and Docker's plugin for it, built from their Go
# modules, because an image for two platforms needs more than an engine's own builder can.

builders_is_here() {
  [ -z "${WITH_TESTS:-}" ] || { [ -x "$CACHE/go-tools/buildkitd-$BUILDKIT_VERSION" ] && [ -x "$CACHE/go-tools/buildx-$BUILDX_VERSION" ]; }
}

provide_builders() {
  build_go_tool buildkit "buildkitd-$BUILDKIT_VERSION" github.com/moby/buildkit/cmd/buildkitd
  build_go_tool buildkit "buildx-$BUILDX_VERSION" github.com/docker/buildx/cmd/buildx
  STEP_NOTE="BuildKit $BUILDKIT_VERSION, buildx $BUILDX_VERSION"
}
