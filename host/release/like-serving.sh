# shellcheck shell=bash
# A release of another image with the files of the one that serves: whoever names only an image brings no file, so no
# command, no mount and no route.

: "${dir:?}"

# like_serving OLD IMAGE COMMIT BY: sets release and new, its directory. The name is what scripts/deploy.sh would give it
# (cli/release/identity.ts): the digest's first digits, and the hash of the same files.
like_serving() {
  local old=$1 image=$2 commit=$3 by=$4 digest=${2##*sha256:} file
  release=${digest:0:12}-${old##*-}
  new=$(mktemp -d "$dir/incoming.XXXXXX")
  # app.env: in one from before. The last seven: where the database is backed up; without them its backups would end.
  for file in compose.yml environment.json app.env config.json release.env routes identity database-login database-rights \
    backups.yml pgbackrest.conf objects-ca.pem check.sql alarm-limits alarm-webhook files.env; do
    if [ -f "$dir/releases/$old/$file" ]; then cp "$dir/releases/$old/$file" "$new/"; fi
  done
  sed -i -e "s|^ONEBOX_IMAGE=.*|ONEBOX_IMAGE=$image|" -e "s|^ONEBOX_RELEASE=.*|ONEBOX_RELEASE=$release|" \
    -e "s|^ONEBOX_COMMIT=.*|ONEBOX_COMMIT=$commit|" "$new/release.env"
  sed -i "s/$old/$release/g" "$new/routes"
  printf '%s\n' "ONEBOX_BY=$by" ONEBOX_CANARY=0 ONEBOX_CANARY_WAY=canary ONEBOX_LIKE_SERVING=1 >"$new/delivery.env"
}
