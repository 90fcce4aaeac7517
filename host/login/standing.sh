# shellcheck shell=bash
# A release of stage or prod by a key that may do no more: another image, with the files of what serves.

# shellcheck source=host/lib/environment.sh
. /opt/onebox/host/lib/environment.sh
# shellcheck source=host/release/like-serving.sh
. /opt/onebox/host/release/like-serving.sh
# shellcheck source=host/release/pull.sh
. /opt/onebox/host/release/pull.sh
# shellcheck source=host/login/signed.sh
. /opt/onebox/host/login/signed.sh
: "${environment:?}" "${bin:?}" "${dir:?}"

# release_standing IMAGE COMMIT BY SOURCE SIGNATURE
release_standing() {
  local image=$1 commit=$2 by=$3 source=$4 signature=$5 old release new own
  old=$(release_in "$(serving)")
  if [ -z "$old" ]; then refuse "$environment serves nothing yet; somebody with the machine's key has to run: scripts/deploy.sh $environment"; fi
  own=$(setting "$old" ONEBOX_IMAGE)
  if [ "${image%@*}" != "${own%@*}" ]; then refuse "$environment takes images of ${own%@*} only"; fi
  need_signature "$image" "$commit" "$signature"
  need_same_source "$(cat "$dir/releases/$old/identity")" "$source"
  if [ "$environment" = prod ]; then need_stage "$image"; fi
  need_commit "$old" "$image" "$commit"
  like_serving "$old" "$image" "$commit" "$by"
  say "release $release"
  "$bin/operate" "$environment" release --from "$new" --wait 600
}

# need_same_source IDENTITY SOURCE: whoever asks has the configuration and the secrets that the files of what serves were
# made of; anything else would be left out in silence.
need_same_source() {
  if grep -qsxF "$1 $2" "$dir/sources"; then return 0; fi
  refuse "$environment was deployed with another configuration, other compose files or other secrets than yours; somebody with the machine's key has to run: scripts/deploy.sh $environment"
}

# need_stage IMAGE: stage has served it.
need_stage() {
  if /opt/onebox/bin/releases stage | awk -F '\t' -v digest="${1#*@}" '
    { sub(/.*@/, "", $4) } $4 == digest && $2 != "canary" && $7 == "served" { found = 1 } END { exit !found }'; then return 0; fi
  refuse "stage has never served ${1#*@}, so prod does not take it"
}

# need_commit RELEASE IMAGE COMMIT: the image says that it was built of it. Pulled with the login of what serves.
need_commit() {
  local why
  if ! docker image inspect "$2" >/dev/null 2>&1; then
    why=$(DOCKER_CONFIG=$dir/releases/$1 PATIENCE=900 pull_image "$2") || refuse "the image could not be pulled: $(last_line "$why")"
  fi
  if [ "$(commit_of "$2")" != "$3" ]; then refuse 'the image is of another commit'; fi
}
