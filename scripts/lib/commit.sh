# shellcheck shell=bash disable=SC2034 # names that other files use
# Which commit an image is of: COMMIT, its time EPOCH, TREE, and TAG, which names the tree when it differs from the
# commit.

# take_commit REVISION: that one, whatever is checked out; returns 1 when git does not have it.
take_commit() {
  COMMIT=$(git -C "$ROOT" rev-parse --verify --quiet --end-of-options "$1^{commit}") || return 1
  EPOCH=$(git -C "$ROOT" log -1 --no-show-signature --format=%ct "$COMMIT")
  TAG=$COMMIT TREE=$COMMIT
}

# name_commit: what is checked out, with what differs from it there; unless one was taken.
name_commit() {
  if [ -n "${TREE:-}" ]; then return; fi
  take_commit HEAD 2>/dev/null || refuse 'this is not a git checkout with a commit; images are named by commits'
  if [ -n "$(git -C "$ROOT" status --porcelain --untracked-files=normal)" ]; then
    local index
    index=$(mktemp "${TMPDIR:-/tmp}/onebox-index.XXXXXX")
    cp "$(git -C "$ROOT" rev-parse --absolute-git-dir)/index" "$index" 2>/dev/null || true
    TREE=$(cd "$ROOT" && GIT_INDEX_FILE=$index git add -A . >/dev/null 2>&1 && GIT_INDEX_FILE=$index git write-tree)
    TAG=dirty-$TREE COMMIT=$COMMIT-dirty
    rm -f "$index"
  fi
}

# short_commit: for people; what follows the hash, such as "-dirty", stays.
short_commit() { printf '%s' "$COMMIT" | sed -E 's/^([0-9a-f]{7})[0-9a-f]*/\1/'; }
