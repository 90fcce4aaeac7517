import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { root } from "../../config/load.ts";

/** Docker notes what it is told to do; which release a container has is in a file of its name. */
const docker = `if [ -e "$STATE/database" ]; then . "$STATE/database"; fi
case "$*" in
  *onebox.release*State.Running*)
    for name in "\${@:4}"; do if [ -e "$STATE/$name" ]; then echo "/$name $(<"$STATE/$name") true"; fi; done ;;
  *onebox.release*) cat "$STATE/\${!#}" 2>/dev/null || exit 1 ;;
  *IPAddress*) echo 127.0.0.1 ;;
  *State.Pid*) echo 1 ;;
  *.Config.Image}*) exit 1 ;; # whether Traefik takes the files is for test/edge
  *State.Running*) echo true ;;
  *RestartCount*) echo "running $(cat "$STATE/restarts")" ;;
  *Config.Entrypoint*) cat "$STATE/entrypoint" 2>/dev/null ;;
  events*) cat "$STATE/exit-code" 2>/dev/null ;;
  image*) dpkg --print-architecture ;;
  compose*" up "*) cp "$STATE/started" "$STATE/onebox-stage-green" ;;
  *psql*) cat >>"$STATE/log" ;;
  *onebox.check*) cat "$STATE/checks" 2>/dev/null ;;
  *" -q --filter "*) echo some ;; # it runs
  ps*) # whoever asks, once: the program of host/, above timeout and subshells
    if rm "$STATE/kill" 2>/dev/null; then
      asks=''
      for ((id = PPID; id > 1; id = $(awk '/^PPid/ { print $2 }' "/proc/$id/status"))); do
        if tr '\\0' ' ' <"/proc/$id/cmdline" | grep -q "^bash $STATE/base/bin/"; then asks=$id; elif [ "$asks" ]; then break; fi
      done
      kill -KILL "$asks"
    fi ;;
  start*|stop*|kill*|rm*|update*) echo "docker $*" >>"$STATE/log" ;;
esac`;

/** The app is asked in earnest. Traefik follows the file of its router; its API tells where that leads: reads follow the watched slot. */
const curl = `read -r _ way <"$STATE/base/routes/stage.yml"; slot=\${way##*.}
case $way in watch.blue) slot=green ;; watch.green) slot=blue ;; esac
case "$*" in
  *routers\\?per_page*) # Traefik has read its routes once it was asked as often as "unread" has lines
    if [ -s "$STATE/unread" ]; then sed -i 1d "$STATE/unread"; else echo '"api@file"'; fi ;;
  */metrics) # one answer after the other, once the switch is being watched
    cat "$STATE/metrics" 2>/dev/null
    if [[ $way == watch.* && -e $STATE/metrics.next ]]; then mv "$STATE/metrics.next" "$STATE/metrics"; fi ;;
  *routers/stage-hold@file) [ -e "$STATE/base/routes/stage.hold.yml" ] && echo '{"service":"stage-blue","status":"enabled"}' ;;
  *routers/stage@file) echo "{\\"service\\":\\"stage-$slot\\",\\"status\\":\\"enabled\\"}" ;;
  *routers/stage-reads@file) [[ $way == watch.* ]] && echo '{"service":"stage-watched","status":"enabled"}' ;;
  *"http://127.0.0.1:$(<"$STATE/port")/"*) exec "$(type -ap curl | sed -n 2p)" "$@" ;;
  *x-onebox-release*) release=$(<"$STATE/onebox-stage-\${way##*.}"); printf '200 %s;' "$release" "$release" "$release" ;;
esac`;

/** How many connections there are comes from a file, a line for each look; at its end, none. So does what listens. */
const ss = `case "$*" in -Htln*) cat "$STATE/listening" 2>/dev/null; exit ;; esac
read -r count <"$STATE/connections" || count=0
sed -i 1d "$STATE/connections"
echo "connections $count" >>"$STATE/log"
for ((n = 0; n < count; n++)); do echo connection; done`;

/**
 * A unit is there while its directory is; one that is waited for does what it is for. With "killed" there, each other one is
 * killed as it begins, and settled as systemd does it.
 */
const systemdRun = `unit=$(grep -o "unit=[^ ]*" <<<"$*")
mkdir "$STATE/$unit" 2>/dev/null || exit 1
echo "$*" >>"$STATE/begun"
if [[ " $* " == *" --wait "* ]]; then
  for word in "$@"; do case $word in --setenv=*) export "\${word#--setenv=}" ;; --*) ;; *) break ;; esac; shift; done
  "$@" >>"$STATE/journal" 2>&1
  rmdir "$STATE/$unit"
  exit
fi
[ -e "$STATE/killed" ] || exit 0
for word in "$@"; do
  case $word in --property=ExecStopPost=*) ;; *) continue ;; esac
  after=\${word#--property=ExecStopPost=}
  EXIT_CODE=killed EXIT_STATUS=KILL \${after#-} >>"$STATE/journal" 2>&1 || [[ $after == -* ]] || break
done
rmdir "$STATE/$unit"`;

const programs = {
  docker,
  curl,
  ss,
  iptables: 'echo "iptables $*" >>"$STATE/log"',
  ip6tables: 'echo "ip6tables $*" >>"$STATE/log"',
  nsenter: 'shift 3; "$@"',
  systemctl: `case $1 in
  is-active) [ "\${!#}" = docker ] || [ -d "$STATE/unit=\${!#}" ] || exit 3 ;;
  show) case $* in
    *Monotonic*) cat "$STATE/unit=\${!#}/since" ;;
    *Description*) cat "$STATE/unit=\${!#}/description" 2>/dev/null ;;
    *) if [ -d "$STATE/unit=\${!#}" ]; then echo active; else echo inactive; fi ;;
  esac ;;
  stop) echo "systemctl $*" >>"$STATE/log" && rm -rf "$STATE/unit=\${!#}" ;;
esac`,
  "systemd-run": systemdRun,
  journalctl: 'cat "$STATE/journal"; if [[ $* == *" -f "* ]]; then exec sleep 60; fi',
  dpkg: "echo amd64",
  nproc: "echo 2",
  df: "echo; echo disk 10240 1024 9216 10% /",
};

const settings = `ONEBOX_STREAMS_SECONDS=600
ONEBOX_REQUESTS_SECONDS=29
ONEBOX_READY_SECONDS=60
ONEBOX_WATCH_SECONDS=1
ONEBOX_CANARY=0
ONEBOX_STANDBY=true
ONEBOX_READINESS=/readyz
ONEBOX_VERSION=/version
ONEBOX_HOST=stage.test
`;

/** Stage's part of a VM, in a directory: blue has release old, green new, and what runs is made up. */
export class MadeUpVm {
  readonly state = mkdtempSync(join(tmpdir(), "onebox-host-"));
  private readonly base = join(this.state, "base");
  private readonly running = new Set<ChildProcess>();

  constructor() {
    const places = {
      "/etc/systemd/system": join(this.state, "units"),
      "/opt/onebox": this.base,
      "/mnt/onebox": join(this.state, "data"),
      "/run/onebox": this.state,
      "/sys/fs/cgroup": join(this.state, "cgroup"),
    };
    const host = join(this.base, "host");
    cpSync(join(root, "host"), host, { recursive: true });
    mkdirSync(join(this.base, "bin"));
    for (const name of readdirSync(host, { recursive: true }) as string[]) {
      const file = join(host, name);
      if (statSync(file).isDirectory()) continue;
      const text = Object.entries(places).reduce(
        (left, [from, to]) => left.replaceAll(from, to),
        readFileSync(file, "utf8"),
      );
      writeFileSync(file, text);
      if (!extname(name)) symlinkSync(file, join(this.base, "bin", basename(name)));
    }
    for (const [name, script] of Object.entries(programs)) {
      this.write(join("programs", name), `#!/bin/bash\n${script}\n`);
    }
    for (const directory of ["data/stage", "base/routes", "base/inbox", "stage"]) {
      mkdirSync(join(this.state, directory), { recursive: true });
    }
    for (const [slot, release] of [
      ["blue", "old"],
      ["green", "new"],
    ] as const) {
      this.bring(`base/env/stage/releases/${release}`, release);
      this.write(`onebox-stage-${slot}`, `${release}\n`);
    }
    this.write("port", "none");
    this.write("restarts", "0");
    this.write("connections", "");
    this.write("log", "");
  }

  write(name: string, text: string): void {
    const file = join(this.state, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o700 });
  }

  read(name: string): string {
    return readFileSync(join(this.state, name), "utf8");
  }

  /**
   * Writes a program of the VM's, for `run`: libraries of host/, by their names without ".sh", and what it does then.
   *
   * @param first what comes before the libraries
   */
  program(name: string, libraries: string[], then: string, first = "environment=$1"): void {
    const sources = libraries.map((library) => `. ${this.base}/host/${library}.sh\n`).join("");
    this.write(`base/bin/${name}`, `#!/usr/bin/env bash\n${first}\n${sources}${then}\n`);
  }

  /** Writes a release's directory, as it was before there were identity and delivery.env; its app listens on this port. */
  bring(place: string, release: string, port = 0): void {
    this.write(`${place}/compose.yml`, "services: {}\n");
    const ways = ["slot.green", "route.blue", "route.green", "watch.green", "hold.blue"];
    this.write(`${place}/routes`, ways.map((way) => `${way} {"way":"${way}"}\n`).join(""));
    this.write(
      `${place}/release.env`,
      `ONEBOX_RELEASE=${release}\nONEBOX_PORT=${port}\n${settings}`,
    );
    this.write("port", String(port));
    this.write("started", `${release}\n`);
  }

  /** Leads the router somewhere: what is kept for it, and what Traefik reads. */
  lead(way: string): void {
    for (const place of ["base/routes", "base/env/stage/routes"]) {
      this.write(`${place}/stage.yml`, `# ${way}\n{"way":"${way}"}\n`);
    }
  }

  /** Runs one of host/'s programs; returns how it ended and what it said. */
  async run(
    command: string,
    args: string[] = [],
    env: Record<string, string> = {},
    environment = "stage",
  ) {
    const path = `${join(this.state, "programs")}:${process.env.PATH}`;
    const child = spawn(join(this.base, "bin", command), [environment, ...args], {
      env: { ...env, PATH: path, STATE: this.state },
      detached: true, // a group, so that all of it can be ended
    });
    this.running.add(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const [code] = await once(child, "close");
    this.running.delete(child);
    return { code: code as number | null, output };
  }

  /**
   * Ends what a test that took too long still runs before the made-up programs go: with these gone, a program of
   * the VM's would find this computer's own apt-get and systemctl.
   */
  remove(): void {
    for (const { pid } of this.running) if (pid !== undefined) process.kill(-pid, "SIGKILL");
    // What a program of the VM's has begun may still write there for a moment.
    rmSync(this.state, { recursive: true, maxRetries: 20 });
  }
}
