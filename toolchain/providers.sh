# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# The two Terraform providers, in a mirror on this machine: from the Terraform registry where it
# answers, else built with Go. What is built for hashicorp/null is a STAND-IN (toolchain/providers/null);
# it is replaced by the real one as soon as the registry answers, asked again once a day.

TERRAFORM_REGISTRY=registry.terraform.io
OPENTOFU_REGISTRY=registry.opentofu.org # what OpenTofu completes a short source address with
MIRROR=$CACHE/terraform/providers
NULL_STAND_IN=$CACHE/terraform/null-stand-in # exists while the mirror holds the stand-in

providers_is_here() {
  in_mirror hetznercloud/hcloud "$HCLOUD_PROVIDER_VERSION" \
    && in_mirror hashicorp/null "$NULL_PROVIDER_VERSION" \
    && [ "$(cli_config)" = "$(cat "$CACHE/terraform/cli.tfrc" 2>/dev/null)" ] \
    && { [ ! -e "$NULL_STAND_IN" ] || [ -n "$(find "$NULL_STAND_IN" -mtime -1)" ]; }
}

# in_mirror SOURCE VERSION: whether the mirror holds it, as a directory (built) or an archive (downloaded).
in_mirror() {
  local place=$MIRROR/$TERRAFORM_REGISTRY/$1 platform
  platform=$(platform)
  [ -d "$place/$2/$platform" ] || [ -e "$place/terraform-provider-${1#*/}_$2_$platform.zip" ]
}

provide_providers() {
  if reachable "https://$TERRAFORM_REGISTRY/.well-known/terraform.json"; then
    download_providers
    STEP_NOTE='from the Terraform registry'
  else
    build_provider hetznercloud/hcloud "$HCLOUD_PROVIDER_VERSION" github.com/hetznercloud/terraform-provider-hcloud
    build_provider hashicorp/null "$NULL_PROVIDER_VERSION" ./null
    touch "$NULL_STAND_IN"
    STEP_NOTE='hcloud from its source; null is a stand-in'
  fi
  offer_to_opentofu
  write_cli_config
}

download_providers() {
  local work
  progress 'downloading the providers'
  work=$(work_dir providers)
  cat >"$work/main.tf" <<EOF
terraform {
  required_providers {
    hcloud = { source = "$TERRAFORM_REGISTRY/hetznercloud/hcloud", version = "$HCLOUD_PROVIDER_VERSION" }
    null   = { source = "$TERRAFORM_REGISTRY/hashicorp/null", version = "$NULL_PROVIDER_VERSION" }
  }
}
EOF
  (cd "$work" && env -u TF_CLI_CONFIG_FILE "$CACHE/bin/terraform" providers mirror -platform="$(platform)" "$work/mirror")
  replace_dir "$work/mirror" "$MIRROR"
  rm -f "$NULL_STAND_IN"
}

# build_provider SOURCE VERSION PACKAGE: builds the provider and puts it where Terraform looks.
build_provider() {
  local name=${1#*/} tool work
  if in_mirror "$1" "$2"; then return; fi
  tool=terraform-provider-${name}_v$2
  build_go_tool providers "$tool" "$3"
  work=$(work_dir provider)
  mkdir "$work/$(platform)"
  ln "$CACHE/go-tools/$tool" "$work/$(platform)/$tool"
  mkdir -p "$MIRROR/$TERRAFORM_REGISTRY/$1"
  replace_dir "$work" "$MIRROR/$TERRAFORM_REGISTRY/$1/$2"
}

replace_dir() { rm -rf "$2" && mkdir -p "$(dirname "$2")" && mv "$1" "$2"; }

# The same providers under the name by which OpenTofu asks for them.
offer_to_opentofu() {
  case $("$CACHE/bin/terraform" version) in OpenTofu*) ;; *) return 0 ;; esac
  local work
  work=$(work_dir opentofu)
  cp -R "$MIRROR/$TERRAFORM_REGISTRY" "$work/copy"
  replace_dir "$work/copy" "$MIRROR/$OPENTOFU_REGISTRY"
}

# cli_config: the two come from the mirror only; any other provider that a stack may use, from its registry.
cli_config() {
  local ours='' registry
  for registry in $TERRAFORM_REGISTRY $OPENTOFU_REGISTRY; do
    ours="$ours\"$registry/hetznercloud/hcloud\", \"$registry/hashicorp/null\", "
  done
  cat <<EOF
provider_installation {
  filesystem_mirror {
    path    = "$MIRROR"
    include = [${ours%, }]
  }
  direct {
    exclude = [${ours%, }]
  }
}
EOF
}

# Written aside and renamed: Terraform may be reading it.
write_cli_config() {
  cli_config >"$CACHE/terraform/cli.tfrc.$$"
  mv "$CACHE/terraform/cli.tfrc.$$" "$CACHE/terraform/cli.tfrc"
}
