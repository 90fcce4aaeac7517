# shellcheck shell=bash
# How host/'s programs speak, and how they end.

say() { printf 'onebox: %s\n' "$*"; }
die() { say "error: $*" && exit 1; }

# last_line TEXT: as one line of ours can hold it.
last_line() { tail -n 1 <<<"$1" | tr -d '[:cntrl:]' | cut -c 1-400; }
