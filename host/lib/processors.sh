# shellcheck shell=bash
# What containers may take of the VM's processors.

# most_processors: of one that others depend on, as Docker takes it: three quarters of them; the rest is left to whoever is
# to end what runs wild.
most_processors() { awk -v all="$(nproc)" 'BEGIN { printf "%.2f", all * 0.75 }'; }

# For what nobody waits for: Docker's options for a container that takes what others leave, and the command by which a
# program yields to whoever wakes up. The first counts between containers and the second within one, for its turn and for
# the disk's. An eighth of what a container has that says nothing: with less, it would not end while all are busy.
readonly BEHIND=(--cpu-shares 128) YIELD=(chrt --idle 0)
: "${BEHIND[@]}" "${YIELD[@]}" # for those who source this
