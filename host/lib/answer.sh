# shellcheck shell=bash
# What the VM says to the operator's programs: a line of JSON for each thing, with the format's version, its kind and
# named fields. docs/vm-answers.md lists them, cli/vm/answers.ts reads them.

# answer KIND [NAME VALUE]...: prints one line. A NAME with ":" at its end has JSON for its VALUE.
answer() {
  local line="{\"onebox\":1,\"kind\":\"$1\"" value
  shift
  while [ $# -gt 0 ]; do
    value=$2
    case $1 in
      *:) line+=",\"${1%:}\":${value:-null}" ;;
      *)
        value=${value//\\/\\\\} value=${value//\"/\\\"} value=${value//[[:cntrl:]]/}
        line+=",\"$1\":\"$value\""
        ;;
    esac
    shift 2
  done
  printf '%s}\n' "$line"
}
