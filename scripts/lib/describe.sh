# shellcheck shell=bash disable=SC2034,SC2154 # names that other files use, or set
# What a registry has under a name.

# ask_registry REFERENCE: what it has there, into $ONEBOX_SECRETS/described.
ask_registry() {
  "$NODE" "$ROOT/operator/bin/describe-image.ts" "$(asked_as "$1")" "$ONEBOX_SECRETS/docker/config.json" \
    >"$ONEBOX_SECRETS/described" 2>"$ONEBOX_SECRETS/undescribed"
}

# describe REFERENCE [PID]: sets IMAGE (by digest), COMMIT and SPACE (the bytes that it takes, unpacked); PID is asking
# already. Returns 4 when there is no such image, 5 when the registry shows it to nobody with this login.
describe() {
  local size code=none
  need_registry
  if [ -n "${2:-}" ]; then wait "$2" && code=0 || code=$?; fi
  case $code in
    0 | 4) ;;
    *) ask_registry "$1" && code=0 || code=$? ;; # nobody has asked yet, or in vain
  esac
  case $code in
    0)
      read -r IMAGE COMMIT size <"$ONEBOX_SECRETS/described"
      if [ -n "${OWN_REGISTRY:-}" ]; then IMAGE=${CFG_REPOSITORY%%/*}/${IMAGE#*/}; fi
      SPACE=$((size * 4)) # compressed it is a third or a quarter
      ;;
    4 | 5) return "$code" ;;
    *) refuse "$(tail -n 1 "$ONEBOX_SECRETS/undescribed")" ;;
  esac
}

# begin_asking: asks for the commit's image, while other work is done; a registry of our own has nobody to ask yet.
begin_asking() {
  if [ "$CFG_REGISTRY" = none ]; then return; fi
  ask_registry "$CFG_REPOSITORY:$TAG" &
  ASKING=$!
}
