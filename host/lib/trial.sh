# shellcheck shell=bash
# A release under trial takes less of the VM than the one that serves, which may need all of it. Its cgroup is told, and
# not Docker: whatever becomes of the trial, a container that is started again has all that is its own.

: "${run:?}"

# cgroup_of PID CONTROLLER: its directory: of the controller's own tree (version 1), or of the one for all (version 2).
cgroup_of() {
  local controllers path
  while IFS=: read -r _ controllers path; do
    case ,$controllers, in
      *,"$2",*) echo "/sys/fs/cgroup/$2$path" && return ;;
      ,,) echo "/sys/fs/cgroup$path" && return ;;
    esac
  done <"/proc/$1/cgroup"
}

# restrain SLOT: a quarter of its share of the processors, and half of its processes, until free_again.
restrain() {
  local pid each controller file part own
  install -d -m 0700 "$run"
  : >"$run/restrained"
  pid=$(docker inspect -f '{{.State.Pid}}' "$(container "$1")" 2>/dev/null) || return 0
  for each in cpu:cpu.shares:4 cpu:cpu.weight:4 pids:pids.max:2; do
    IFS=: read -r controller file part <<<"$each"
    file=$(cgroup_of "$pid" "$controller" 2>/dev/null)/$file || continue # it has ended by itself
    own=$(cat "$file" 2>/dev/null) || continue
    if ! [[ $own =~ ^[0-9]+$ ]] || [ "$own" -lt 16 ]; then continue; fi
    printf '%s\t%s\n' "$own" "$file" >>"$run/restrained"
    { echo $((own / part)) >"$file"; } 2>/dev/null || true
  done
}

# free_again: it has what is its own; whoever was not restrained has it anyway.
free_again() {
  local own file
  if [ ! -e "$run/restrained" ]; then return 0; fi
  while IFS=$'\t' read -r own file; do
    if [ -e "$file" ]; then { echo "$own" >"$file"; } 2>/dev/null || true; fi
  done <"$run/restrained"
  rm -f "$run/restrained"
}
