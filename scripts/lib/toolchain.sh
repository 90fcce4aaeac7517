# shellcheck shell=bash
# How the other scripts reach what scripts/setup.sh has provided. Source it after common.sh.

export TERRAFORM=$CACHE/bin/terraform
export TF_CLI_CONFIG_FILE=$CACHE/terraform/cli.tfrc # names the mirror that holds the providers
export CHECKPOINT_DISABLE=1                         # no questions about newer versions
