# shellcheck shell=bash
# A release of which only the image was named: its other files are on the VM already.

# commit_of IMAGE: the one that it says it was built of; nothing when it says none.
commit_of() { docker image inspect -f '{{index .Config.Labels "org.opencontainers.image.revision"}}' "$1"; }

# name_image DIRECTORY IMAGE COMMIT BY: makes the files in a release's directory those of this image, which BY delivers.
name_image() {
  sed -i -e "s|^ONEBOX_IMAGE=.*|ONEBOX_IMAGE=$2|" -e "s|^ONEBOX_COMMIT=.*|ONEBOX_COMMIT=$3|" "$1/release.env"
  printf '%s\n' "ONEBOX_BY=$4" ONEBOX_CANARY=0 ONEBOX_CANARY_WAY=canary >"$1/delivery.env"
}
