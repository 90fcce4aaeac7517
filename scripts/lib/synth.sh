# shellcheck shell=bash disable=SC2034,SC2154 # names that other files use, or set
# The cdktf program's run: the checked configuration in, Terraform JSON in cdktf.out/ out.

# synth: makes it, unless what is there was made of the very same.
synth() {
  if [ "$CFG_SYNTHESIS $(hash_of_stacks "$ROOT/cdktf.out")" = "$(cat "$ROOT/cdktf.out/key" 2>/dev/null)" ]; then
    STEP_NOTE='as before'
    return
  fi
  synthesise
}
hash_of_stacks() { cat "$1"/stacks/*/cdk.tf.json 2>/dev/null | sha256 | cut -c 1-64; }

# synthesise: what is there already stays when nothing changes, and is moved away as a whole when something does:
# another run may be reading it, or making it of another configuration.
synthesise() (
  new=cdktf.out.$$
  cd "$ROOT" || exit
  CI=1 CDKTF_OUTDIR=$new CDKTF_LOG_LEVEL=WARN "$NODE" main.ts
  printf '%s %s\n' "$CFG_SYNTHESIS" "$(hash_of_stacks "$new")" >"$new/key"
  if diff -rq -x .terraform.lock.hcl -x key "$new" cdktf.out >/dev/null 2>&1; then
    mv "$new/key" cdktf.out/key || true
  else
    for lock in cdktf.out/stacks/*/.terraform.lock.hcl; do # terraform init has put them there
      cp "$lock" "$new/${lock#cdktf.out/}" 2>/dev/null || true
    done
    rm -rf cdktf.out.old
    mv cdktf.out cdktf.out.old 2>/dev/null || true # there may be none yet
    mv "$new" cdktf.out || true
  fi
  rm -rf "$new" "cdktf.out/$new"
)
