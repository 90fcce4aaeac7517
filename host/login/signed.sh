# shellcheck shell=bash
# Whose word is needed that an image was built of a commit: the server stack brings their public keys (config/release-keys,
# "signer"). Where there is none, nothing has to be signed.

readonly signatures=/opt/onebox/env/stage/signatures

# need_signature IMAGE COMMIT SIGNATURE: OpenSSH's, in base64, of a line with both. Stage's are kept, for prod's releases
# of the same image. `refuse WHY` ends whoever asks.
need_signature() {
  local signers=/etc/ssh/onebox-keys/signers work code=0 signature=$3
  if [ ! -s "$signers" ]; then return 0; fi
  if [ "$signature" = - ]; then signature=$(awk -v image="$1" -v commit="$2" '$1 == image && $2 == commit { print $3; exit }' "$signatures" 2>/dev/null) || true; fi
  if [ -z "$signature" ]; then refuse 'nobody has signed this image'; fi
  work=$(mktemp -d)
  # ssh-keygen may warn of what is no base64 only by its exit code.
  base64 -d <<<"$signature" >"$work/signature" 2>/dev/null \
    && ssh-keygen -Y verify -f "$signers" -I onebox -n onebox-image -s "$work/signature" \
      <<<"$1 $2" >/dev/null 2>&1 || code=1
  rm -rf "$work"
  if [ "$code" -ne 0 ]; then refuse 'the signature of this image is forged, or of another image, commit or key'; fi
  if ! grep -qsxF "$1 $2 $signature" "$signatures"; then printf '%s %s %s\n' "$1" "$2" "$signature" >>"$signatures"; fi
}
