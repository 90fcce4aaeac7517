#!/bin/sh
# Runs the tests: lint, types, unit tests, and what needs machines (test/run/main.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" test.sh "$@"
