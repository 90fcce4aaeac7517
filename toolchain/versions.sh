# shellcheck shell=bash disable=SC2034
# Every pinned version, in one place. Sourced by scripts/setup.sh and by what it calls.
# The same image names stand in docker-compose.yml, traefik/compose.yml and server/Dockerfile;
# toolchain/test/versions.test.ts compares them. The lines for Renovate tell it where newer versions are.

# renovate: datasource=github-releases depName=hashicorp/terraform extractVersion=^v(?<version>.+)$
TERRAFORM_VERSION=1.11.4
TERRAFORM_OLDEST=1.10
# renovate: datasource=github-releases depName=opentofu/opentofu extractVersion=^v(?<version>.+)$
OPENTOFU_VERSION=1.11.4
OPENTOFU_OLDEST=1.11 # the first with ephemeral variables
# renovate: datasource=terraform-provider depName=hetznercloud/hcloud
HCLOUD_PROVIDER_VERSION=1.68.0
# renovate: datasource=terraform-provider depName=hashicorp/null
NULL_PROVIDER_VERSION=3.2.4

# The clients that the emulator's tests drive; emulator/test/clients/go/go.mod and python/requirements.txt pin the same.
# renovate: datasource=github-releases depName=hetznercloud/hcloud-go extractVersion=^v(?<version>.+)$
HCLOUD_GO_VERSION=2.52.0
# renovate: datasource=pypi depName=hcloud
HCLOUD_PYTHON_VERSION=2.27.0

DEBIAN_IMAGE=debian:trixie-slim
NODE_IMAGE=node:24.21.0-trixie-slim
POSTGRES_IMAGE=postgres:17.11-trixie
TRAEFIK_IMAGE=traefik:v3.7.6
REGISTRY_IMAGE=registry:2.8.3
# In the order in which the stand-ins are built: each may start from one before it.
IMAGES=("$DEBIAN_IMAGE" "$NODE_IMAGE" "$POSTGRES_IMAGE" "$REGISTRY_IMAGE" "$TRAEFIK_IMAGE")

# What reads the workflows; toolchain/actionlint/go.mod and toolchain/zizmor/requirements.txt pin the same.
# renovate: datasource=github-releases depName=rhysd/actionlint extractVersion=^v(?<version>.+)$
ACTIONLINT_VERSION=1.7.12
# renovate: datasource=pypi depName=zizmor
ZIZMOR_VERSION=1.32.0

# What looks at the edge from outside, for tests; toolchain/sslyze/requirements.txt pins the same.
# renovate: datasource=pypi depName=sslyze
SSLYZE_VERSION=6.3.1

# The builder of a CI runner, for tests; toolchain/buildkit/go.mod pins the same.
# renovate: datasource=github-releases depName=moby/buildkit extractVersion=^v(?<version>.+)$
BUILDKIT_VERSION=0.26.2
# renovate: datasource=github-releases depName=docker/buildx extractVersion=^v(?<version>.+)$
BUILDX_VERSION=0.30.1

# What the stand-ins are made of, where that is not Debian's own choice.
# renovate: datasource=npm depName=npm
NPM_VERSION=11.19.0
GO_OLDEST=1.21
