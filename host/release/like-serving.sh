# shellcheck shell=bash
# A release of another image with the files of the one that serves: whoever names only an image brings no file, so no
# command, no mount and no route.

# shellcheck source=host/release/brought.sh
. /opt/onebox/host/release/brought.sh
: "${dir:?}"

# What the VM itself has put beside a release's files, and what is good for one delivery only: of no other release.
readonly own_files=' served migrations database-hash delivery.env canary-routes upgrade.page '

# like_serving OLD IMAGE COMMIT BY: sets release and new, its directory. The name is what scripts/deploy.sh would give it
# (cli/release/identity.ts): the digest's first digits, and the hash of the same files.
like_serving() {
  local old=$1 image=$2 commit=$3 by=$4 digest=${2##*sha256:} file
  release=${digest:0:12}-${old##*-}
  new=$(mktemp -d "$dir/incoming.XXXXXX")
  for file in "$dir/releases/$old"/*; do
    if [ -f "$file" ] && [[ $own_files != *" ${file##*/} "* ]]; then cp "$file" "$new/"; fi
  done
  name_image "$new" "$image" "$commit" "$by"
  sed -i "s|^ONEBOX_RELEASE=.*|ONEBOX_RELEASE=$release|" "$new/release.env"
  sed -i "s/$old/$release/g" "$new/routes"
  echo ONEBOX_LIKE_SERVING=1 >>"$new/delivery.env"
}
