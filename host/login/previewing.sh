# shellcheck shell=bash
# A preview by a key that may do no more: of the template that deploys of stage bring, which is a release's directory of a
# branch that there is not (cli/release-key/enable.ts).

# shellcheck source=host/lib/environment.sh
. /opt/onebox/host/lib/environment.sh
# shellcheck source=host/release/brought.sh
. /opt/onebox/host/release/brought.sh
: "${environment:?}" "${bin:?}" "${base:?}" "${dir:?}"

readonly template=$base/preview-template

# overview_lines BRANCH EXPIRES: what the list of previews says of it, as cli/release/overview.ts renders it: parts of a
# string of JSON. The branch has no other characters than an address has (host/login/wish).
overview_lines() {
  printf 'name %s\nends <time>%s</time>\n' "$1" "$(LC_ALL=C date -u -d "@$2" '+%-d %b %Y, %H:%M UTC')"
}

# put_up SLUG BRANCH IMAGE COMMIT EXPIRES BY SOURCE
put_up() {
  local slug=$1 branch=$2 image=$3 commit=$4 expires=$5 by=$6 source=$7 new own stand_in release
  if [ ! -f "$template/source" ]; then refuse "this VM has no template of previews yet; somebody with the machine's key has to run: scripts/deploy.sh stage"; fi
  if [ "$(cat "$template/source")" != "$source" ]; then
    refuse "previews have another configuration, other compose files or other secrets here than yours; somebody with the machine's key has to run: scripts/deploy.sh stage"
  fi
  own=$(setting_in "$template" ONEBOX_IMAGE)
  if [ "${image%@*}" != "${own%@*}" ]; then refuse "previews are of images of ${own%@*} only"; fi
  install -d -m 0700 "$dir"
  new=$(mktemp -d "$dir/incoming.XXXXXX")
  cp "$template"/* "$new/"
  rm "$new/source"
  stand_in=$(setting_in "$template" ONEBOX_ENVIRONMENT)
  stand_in=${stand_in#preview-}
  release=${image##*sha256:}
  release=${release:0:12}-$(printf '%s %s' "$(cat "$template/identity")" "$branch" | sha256sum | cut -c 1-4)
  sed -i "s/$(setting_in "$template" ONEBOX_RELEASE)/$release/g; s/$stand_in/$slug/g" "$new/routes" "$new/release.env"
  name_image "$new" "$image" "$commit" "$by"
  sed -i "s|^ONEBOX_BRANCH=.*|ONEBOX_BRANCH=$branch|" "$new/release.env"
  echo "ONEBOX_EXPIRES=$expires" >>"$new/delivery.env"
  overview_lines "$branch" "$expires" >"$new/overview"
  say "release $release"
  "$bin/operate" "$environment" release --from "$new" --wait 600
}
