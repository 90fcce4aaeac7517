/**
 * Docker for an environment's database, sourced by MadeUpVm's. What becomes of a definition is in comments of its
 * compose.yml; a container that was made is a copy of that file.
 */
export const madeUpDatabase = `real=onebox-stage-database copy=onebox-stage-check-database
definition='' name=\${!#}
if [[ "$*" =~ [^\\ ]+/compose[.]yml ]]; then definition=\${BASH_REMATCH[0]}; fi
says() {
  local line
  while read -r line; do if [[ $line == "# $1: "* ]]; then echo "\${line#*: }"; fi; done <"$2"
}
hash_of() {
  local hash
  read -r hash _ < <(cksum <"$1") && echo "$hash"
}
make() { # NAME
  says image "$definition" | grep . >&2 && exit 1
  cp "$definition" "$STATE/made.$1"
  if [[ $1 == "$real" && $* != *no-start* ]]; then
    held=$([ -e "$STATE/base/routes/stage.hold.yml" ] && echo held || echo open)
    echo "database $(says name "$definition"), $held" >>"$STATE/log"
  fi
}
case "$*" in
  *" config --hash database") # compose knows no service whose profile is off
    grep -qs ^COMPOSE_PROFILES=database "\${definition%/*}/release.env" || exit 1
    echo "database $(hash_of "$definition")" && exit ;;
  *" config --hash "*) echo "database $(hash_of "$definition")" && exit ;;
  *" up --no-start --no-deps database")
    name=$copy
    if [ -z "\${ONEBOX_ENVIRONMENT:-}" ]; then name=$real; fi
    make "$name" no-start && exit ;;
  *" up -d --no-deps database") make "$real" && exit ;;
  "start $copy")
    to=$STATE/data/stage-check/postgres/$(says pgdata "$STATE/made.$copy")
    mkdir -p "$to" && says major "$STATE/made.$copy" >"$to/PG_VERSION"
    exit ;;
  "rm "*"$real") rm -f "$STATE/made.$real" && exit ;;
  "logs "*) echo "FATAL: made up" && exit ;;
  *config-hash*RestartCount*)
    made=$STATE/made.$name
    [ -e "$made" ] || exit 1
    kind=copy
    if [ "$name" = "$real" ]; then kind=real; fi
    echo "$(hash_of "$made") 0 $(says "$kind" "$made")"
    exit ;;
  *config-hash*) [ -e "$STATE/made.$name" ] && hash_of "$STATE/made.$name" && exit ;;
  *.Mounts*) says mount "$STATE/made.$name" && exit ;;
  *.Config.Env*) echo "PG_MAJOR=$(says major "$STATE/made.$name")" && exit ;;
  "inspect $copy" | "inspect $real") [ -e "$STATE/made.$name" ] && exit ;;
esac
`;
