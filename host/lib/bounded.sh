# shellcheck shell=bash
# No wait is without an end: a Docker, or a database, that does not answer must not hold an environment for ever.

# docker ARGS...: Docker's client, ended after PATIENCE seconds (120); then it returns 124.
docker() { timeout --kill-after=15 "${PATIENCE:-120}" docker "$@"; }

# each COMMAND...: the same with the names on stdin as its last arguments; nothing without any.
each() { xargs -r timeout --kill-after=15 "${PATIENCE:-120}" docker "$@"; }
