# shellcheck shell=bash
# Whom an environment's database lets in. A release says as whom its app logs in: "app", or what its file database-login
# names, with what Postgres keeps in the place of a password. Whoever logs in acts as "app", which owns all that is there,
# or, where there is a file database-rights, as "app_data", which reads and writes it. Two releases may have two logins
# while one takes the other's place; then only that of what serves is good. $data/logins names those that have served,
# the newest last. Source it after database.sh and roles.sh.

: "${environment:?}" "${dir:?}" "${data:?}" "${data_role:?}"

# login_of RELEASE: its name.
login_of() {
  local name=''
  if [ -f "$dir/releases/$1/database-login" ]; then read -r name _ <"$dir/releases/$1/database-login"; fi
  echo "${name:-app}"
}

# let_in RELEASE: its login is good from now on, beside those that are. Sets owns, where its app has to own its database
# although it is not to: why.
let_in() {
  local name verifier='' said
  name=$(login_of "$1")
  owns=''
  if [ "$name" = app ]; then
    as onebox <<<"ALTER ROLE app VALID UNTIL 'infinity'" >/dev/null 2>&1 || true # not parted yet: it is good
    return 0
  fi
  read -r _ verifier <"$dir/releases/$1/database-login"
  if ! [[ $name =~ ^app_[0-9a-f]{8}$ && $verifier =~ ^SCRAM-SHA-256\$4096:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$ ]]; then
    say "error: releases/$1/database-login is of another version of Onebox"
    return 1
  fi
  said=$(
    as onebox <<EOF
SET client_min_messages = warning;
$(rights_of "$1")
SELECT 'CREATE ROLE $name' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$name') \gexec
ALTER ROLE $name LOGIN PASSWORD '$verifier' VALID UNTIL 'infinity';
$(act_as "$name")
EOF
  ) || return 1
  owns=$(sed -n 's/^owner //p' <<<"$said")
}

# reads_and_writes RELEASE: its app is not to own its database.
reads_and_writes() { [ -f "$dir/releases/$1/database-rights" ]; }

# same_rights RELEASE OTHER: their apps may do the same, so logins that differ were exchanged.
same_rights() { if reads_and_writes "$1"; then reads_and_writes "$2"; else ! reads_and_writes "$2"; fi; }

# rights_of RELEASE: the SQL that sets :acts, the role that its app acts as.
rights_of() { if reads_and_writes "$1"; then echo "$data_role" && cat "${BASH_SOURCE%/*}/rights.sql"; else echo '\set acts app'; fi; }

# act_as LOGIN: the SQL by which it acts as the role :acts and no other, with what ALTER ROLE app SET has said.
act_as() {
  cat <<EOF
SELECT format('REVOKE %s FROM $1', roleid::regrole) FROM pg_auth_members WHERE member = '$1'::regrole AND roleid <> :'acts'::regrole \gexec
GRANT :acts TO $1;
BEGIN;
DELETE FROM pg_db_role_setting WHERE setrole = '$1'::regrole;
INSERT INTO pg_db_role_setting SELECT setdatabase, '$1'::regrole, setconfig FROM pg_db_role_setting WHERE setrole = 'app'::regrole;
ALTER ROLE $1 SET role = :'acts';
COMMIT;
EOF
}

# let_owner_in: migrations log in by a password that is good for them alone, and act as "app". It is in
# ONEBOX_MIGRATE_PASSWORD then, for compose.
let_owner_in() {
  ONEBOX_MIGRATE_PASSWORD=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  export ONEBOX_MIGRATE_PASSWORD
  as onebox <<EOF >/dev/null || die "the migrations' login of the database could not be made"
SET client_min_messages = warning;
\set acts app
SELECT 'CREATE ROLE onebox_migrate' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onebox_migrate') \gexec
SELECT format('ALTER ROLE onebox_migrate LOGIN PASSWORD ''$ONEBOX_MIGRATE_PASSWORD'' VALID UNTIL %L', now() + interval '$(($(migration_seconds) + 60)) s') \gexec
$(act_as onebox_migrate)
EOF
}

# put_owner_out: nobody migrates any more. What a migration has made may be of a kind that only its owner can use.
put_owner_out() {
  unset ONEBOX_MIGRATE_PASSWORD
  as onebox <<<'ALTER ROLE onebox_migrate NOLOGIN' || die "the migrations' login of the database could not be refused"
  let_in_now "${release:?}"
}

# let_in_now RELEASE INSTEAD: the same for one that is new. A clone that does not know yet of an exchange would undo it.
let_in_now() {
  local name
  name=$(login_of "$1")
  if [ -n "${2-}" ] && [ "$name" != "$(login_of "$2")" ] && same_rights "$1" "$2" && grep -qsx "$name" "$data/logins"; then
    die "the login $name of $environment's database was rotated, and this clone has the old one: update it (git pull) and deploy that; scripts/rotate.sh database makes a new login"
  fi
  let_in "$1" || die "the database's login of this release could not be made"
  if [ -n "$owns" ] && [ "$owns" != "${told-}" ]; then say "warning: $environment's app owns its database still, as $owns (docs/database.md)"; fi
  told=$owns
}

# let_in_again RELEASE INSTEAD: the same for one that has served before; who deploys is told that its password is good. That
# of what serves is good anyway.
let_in_again() {
  if ! has_database "$1" || [ "$(login_of "$1")" = "$(login_of "$2")" ]; then return 0; fi
  let_in "$1" || die "the database's login of $1 could not be made"
  sed -i "/^$(login_of "$1")\$/,\$d" "$data/logins" 2>/dev/null || true # what came after it may come again
  say "note: $1 has another login of the database than $2: it is valid again; scripts/rotate.sh database rotates it"
}

# lock_out RELEASE: nobody is let in but by its login, and whoever is, goes. By the server's own socket, where no password
# is asked for, "app" is there as before.
lock_out() {
  local keep
  keep=$(login_of "$1")
  as onebox <<EOF >/dev/null || return 1
SELECT format('ALTER ROLE %I VALID UNTIL ''epoch''', rolname) FROM pg_roles
WHERE rolname ~ '^app(_[0-9a-f]{8})?\$' AND rolname <> '$keep' AND rolvaliduntil IS DISTINCT FROM 'epoch' \gexec
SELECT 'ALTER ROLE onebox_migrate NOLOGIN' FROM pg_roles WHERE rolname = 'onebox_migrate' AND rolcanlogin \gexec
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE usename ~ '^(app(_[0-9a-f]{8})?|onebox_migrate)\$' AND usename <> '$keep' AND client_addr IS NOT NULL;
EOF
  forget_logins
  if ! grep -qsx "$keep" "$data/logins"; then echo "$keep" >>"$data/logins"; fi
}

# forget_logins: those of releases that are no longer here. One that owns something, which nothing that acts as "app" does,
# stays, and is let in no more.
forget_logins() {
  local name
  for name in $(as onebox <<<"SELECT rolname FROM pg_roles WHERE rolname ~ '^app_[0-9a-f]{8}\$'"); do
    if grep -qs "^$name " "$dir"/releases/*/database-login; then continue; fi
    as onebox <<<"DROP ROLE $name" >/dev/null 2>&1 || true
  done
}
