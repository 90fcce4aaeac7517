# shellcheck shell=bash
# Upkeep, which restarts Docker, and the beginning of a release exclude each other by one lock. A release's own lock, its
# unit, is there before this one is free again; so upkeep, once it has it, sees every release that has begun. A backup
# and a drill share it with releases for as long as they take.

readonly upkept=/run/onebox/upkeep.lock

# keep_releases_out: from now on, until this process ends, or let_in. What it begins meanwhile inherits the lock.
keep_releases_out() {
  install -d -m 0700 /run/onebox
  exec 5>>"$upkept"
  flock -w 60 5 || return 1
  printf 'upkeep installs security upgrades since %s' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$upkept"
}

# keep_upkeep_out: while a release begins, until let_in; 1 when upkeep is at work.
keep_upkeep_out() {
  install -d -m 0700 /run/onebox
  exec 5>>"$upkept"
  flock -s -n 5 || { exec 5>&- && return 1; }
}

let_in() { exec 5>&-; }

# upkeep_at_work: it has the lock; since when is in its file.
upkeep_at_work() { ! flock -s -n "$upkept" true; }
