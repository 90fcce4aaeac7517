# shellcheck shell=bash
# What containers may take of the VM's processors.

# most_processors: of one that others depend on, as Docker takes it: three quarters of them; the rest is left to whoever is
# to end what runs wild.
most_processors() { awk -v all="$(nproc)" 'BEGIN { printf "%.2f", all * 0.75 }'; }

# For what nobody waits for: Docker's options for a container that takes a tenth of them, of what others leave, and the
# command by which a program yields to whoever wakes up. With all that others leave, a backup would be done in half the time,
# and one request of a hundred would take ten times as long meanwhile (npm run bench -- backups). The share counts between
# containers and the command within one, for its turn and for the disk's.
# With HURRY set, somebody does wait.
if [ -n "${HURRY:-}" ]; then
  BEHIND=(--cpus "$(most_processors)") YIELD=(nice -n 0)
else
  BEHIND=(--cpu-shares 128 --cpus "$(($(nproc) / 10)).$(($(nproc) % 10))") YIELD=(chrt --idle 0)
fi
readonly BEHIND YIELD
: "${BEHIND[@]}" "${YIELD[@]}" # for those who source this
