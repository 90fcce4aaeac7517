/** What host/backups/restore asks of the edge and the app, which are not here; "unready" stands for an app that is not. */
export const stubs = {
  "edge/traefik.sh": "",
  "lib/slots.sh": `serving() { echo blue; }
free_slot() { echo green; }
candidate() { :; }
release_in() { if [ "$1" = blue ]; then echo r1; fi; }
container() { echo "onebox-$environment-blue"; }`,
  "lib/ready.sh": `wait_ready() { if [ -e "$run/unready" ]; then die 'the app did not answer 200'; fi; }
probe_slot() { :; }`,
  "release/prepare.sh": `need_volume() { :; }
about() { echo amd64 none; }
migrate() { :; }`,
  "edge/maintenance": `#!/bin/bash
echo "$2" >>"/run/onebox/$1/pages"
if [ "$2" = on ]; then cat >/dev/null; fi`,
};

/** What stands before the programs of this computer. */
export const programs = {
  // Tells the time, later.
  date: `#!/bin/bash
now=$(/bin/date +%s)
case $* in +%s) echo $((now + LATER)) ;; *) exec /bin/date "$@" ;; esac
`,
  // Labels what is made, so that it goes when the test is interrupted.
  docker: `#!/bin/bash
PATH=$AFTER
if [ "$1" = run ]; then exec docker run --label "$LABEL" "\${@:2}"; fi
exec docker "$@"
`,
};
