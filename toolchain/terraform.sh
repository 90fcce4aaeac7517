# shellcheck shell=bash disable=SC2034 # STEP_NOTE belongs to step
# Terraform: the one on the PATH (or OpenTofu) if it is new enough; else HashiCorp's download, its
# checksum compared; else OpenTofu built from its Go module. $CACHE/bin/terraform points to the choice.

HASHICORP_RELEASES=https://releases.hashicorp.com

terraform_is_here() { [ -x "$CACHE/bin/terraform" ]; }

provide_terraform() {
  local tool
  mkdir -p "$CACHE/bin"
  tool=$(terraform_on_path)
  if [ -n "$tool" ]; then
    STEP_NOTE=$tool
  elif reachable "$HASHICORP_RELEASES/terraform/$TERRAFORM_VERSION/terraform_${TERRAFORM_VERSION}_SHA256SUMS"; then
    download_terraform
    tool=$CACHE/terraform/$TERRAFORM_VERSION/terraform
    STEP_NOTE="Terraform $TERRAFORM_VERSION, downloaded"
  else
    build_go_tool opentofu "tofu-$OPENTOFU_VERSION" github.com/opentofu/opentofu/cmd/tofu \
      "-X github.com/opentofu/opentofu/version.dev=no"
    tool=$CACHE/go-tools/tofu-$OPENTOFU_VERSION
    STEP_NOTE="OpenTofu $OPENTOFU_VERSION, built from its Go module"
  fi
  # A link made aside and renamed: another run never finds it missing.
  ln -sfn "$tool" "$CACHE/bin/.terraform.$$"
  mv -f "$CACHE/bin/.terraform.$$" "$CACHE/bin/terraform"
}

# terraform_on_path: the path of a Terraform or OpenTofu that is new enough; nothing if there is none.
terraform_on_path() {
  local name oldest path version
  for name in terraform tofu; do
    oldest=$TERRAFORM_OLDEST
    if [ "$name" = tofu ]; then oldest=$OPENTOFU_OLDEST; fi
    path=$(command -v "$name") || continue
    version=$("$path" version -json 2>/dev/null | sed -n 's/.*"terraform_version": *"\([^"]*\)".*/\1/p')
    if version_at_least "$oldest" "$version"; then
      printf '%s' "$path"
      return
    fi
  done
}

download_terraform() {
  local base=$HASHICORP_RELEASES/terraform/$TERRAFORM_VERSION zip work
  zip=terraform_${TERRAFORM_VERSION}_$(platform).zip
  work=$(work_dir terraform)
  progress "downloading $zip"
  curl -fsSL --retry 2 -o "$work/SHA256SUMS" "$base/terraform_${TERRAFORM_VERSION}_SHA256SUMS"
  curl -fsSL --retry 2 -o "$work/$zip" "$base/$zip"
  (cd "$work" && grep " $zip\$" SHA256SUMS | sha256 -c -)
  unzip -q "$work/$zip" terraform -d "$work"
  mkdir -p "$CACHE/terraform/$TERRAFORM_VERSION"
  mv "$work/terraform" "$CACHE/terraform/$TERRAFORM_VERSION/terraform"
}
