# shellcheck shell=bash disable=SC2034
# Every pinned version, in one place. Sourced by scripts/setup.sh and by what it calls.
# The same image names stand in docker-compose.yml, traefik/compose.yml and server/Dockerfile;
# toolchain/test/versions.test.ts compares them.

TERRAFORM_VERSION=1.11.4
TERRAFORM_OLDEST=1.10
OPENTOFU_VERSION=1.11.4
OPENTOFU_OLDEST=1.11 # the first with ephemeral variables
HCLOUD_PROVIDER_VERSION=1.68.0
NULL_PROVIDER_VERSION=3.2.4

DEBIAN_IMAGE=debian:trixie-slim
NODE_IMAGE=node:24.21.0-trixie-slim
POSTGRES_IMAGE=postgres:17.11-trixie
TRAEFIK_IMAGE=traefik:v3.7.6
REGISTRY_IMAGE=registry:2.8.3
# In the order in which the stand-ins are built: each may start from one before it.
IMAGES=("$DEBIAN_IMAGE" "$NODE_IMAGE" "$POSTGRES_IMAGE" "$REGISTRY_IMAGE" "$TRAEFIK_IMAGE")

# What reads the workflows; toolchain/actionlint/go.mod and toolchain/zizmor/requirements.txt pin the same.
ACTIONLINT_VERSION=1.7.12
ZIZMOR_VERSION=1.32.0

# What the stand-ins are made of, where that is not Debian's own choice.
NPM_VERSION=11.19.0
GO_OLDEST=1.21
