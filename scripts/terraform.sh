#!/bin/sh
# Runs Terraform on one stack with the variables, credentials and state that a deploy would use (cli/commands/terraform.ts).
self=$(readlink -f "$0") && exec "${self%/*}/lib/enter.sh" terraform.sh "$@"
