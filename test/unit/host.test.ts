import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

/** Docker notes what it is told to do; which release a container has is in a file of its name. */
const docker = `case "$*" in
  *onebox.release*) cat "$STATE/\${!#}" 2>/dev/null || exit 1 ;;
  *IPAddress*) echo 127.0.0.9 ;;
  *State.Pid*) echo 1 ;;
  start*|stop*|kill*|rm*) echo "docker $*" >>"$STATE/log" ;;
esac`;

/** Traefik follows the file of its router; its API tells where that leads. */
const curl = `way=$(sed -n '1s/^# //p' "$STATE/base/routes/stage.yml") slot=\${way##*.}
case $way in watch.blue) slot=green ;; watch.green) slot=blue ;; esac
case "$*" in
  *routers/stage@file) echo "{\\"service\\":\\"stage-$slot\\",\\"status\\":\\"enabled\\"}" ;;
  *routers/stage-reads@file) [[ $way == watch.* ]] && echo '{"service":"stage-watched","status":"enabled"}' ;;
  *x-onebox-release*) release=$(cat "$STATE/onebox-stage-$slot"); printf '200 %s;' "$release" "$release" "$release" ;;
esac`;

/** How many connections there are comes from a file, a line for each look; at its end, none. */
const ss = `read -r count <"$STATE/connections" || count=0
sed -i 1d "$STATE/connections"
echo "connections $count" >>"$STATE/log"
for ((n = 0; n < count; n++)); do echo connection; done`;

const programs = {
  docker,
  curl,
  ss,
  nsenter: 'shift 3; "$@"',
  systemctl: "exit 3",
  "systemd-run": "",
  df: "echo; echo disk 100 10 90 10% /",
};

/** Stage's part of a VM, in a directory: both slots have a release, and what runs is made up. */
class Sandbox {
  readonly state = mkdtempSync(join(tmpdir(), "onebox-host-"));
  private readonly base = join(this.state, "base");

  constructor() {
    const places = {
      "/opt/onebox": this.base,
      "/mnt/onebox": join(this.state, "data"),
      "/run/onebox": this.state,
    };
    cpSync(join(root, "host"), join(this.base, "bin"), { recursive: true });
    for (const name of readdirSync(join(this.base, "bin"), { recursive: true }) as string[]) {
      const file = join(this.base, "bin", name);
      if (!/(^|\/)[a-z-]+(\.sh)?$/.test(name) || name === "lib") continue;
      const text = Object.entries(places).reduce(
        (left, [from, to]) => left.replaceAll(from, to),
        readFileSync(file, "utf8"),
      );
      writeFileSync(file, text);
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
    ]) {
      const files = `base/env/stage/releases/${release}`;
      const ways = ["route.blue", "route.green", "watch.green"].map(
        (way) => `${way} {"way":"${way}"}\n`,
      );
      this.write(`${files}/routes`, ways.join(""));
      this.write(
        `${files}/release.env`,
        "ONEBOX_STREAMS_SECONDS=1\nONEBOX_REQUESTS_SECONDS=29\nONEBOX_STANDBY=true\nONEBOX_READINESS=/readyz\nONEBOX_HOST=stage.test\n",
      );
      this.write(`onebox-stage-${slot}`, `${release}\n`);
    }
    this.write("connections", "");
    this.write("log", "");
  }

  write(name: string, text: string): void {
    const file = join(this.state, name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text, { mode: 0o700 });
  }

  read(name: string): string {
    return readFileSync(join(this.state, name), "utf8");
  }

  /** Leads the router somewhere: what is kept for it, and what Traefik reads. */
  lead(way: string): void {
    for (const place of ["base/routes", "base/env/stage/routes"]) {
      this.write(`${place}/stage.yml`, `# ${way}\n{"way":"${way}"}\n`);
    }
  }

  run(command: string, env: Record<string, string> = {}) {
    const path = `${join(this.state, "programs")}:${process.env.PATH}`;
    const done = spawnSync(join(this.base, "bin", command), ["stage"], {
      encoding: "utf8",
      env: { ...env, PATH: path, STATE: this.state },
    });
    return { code: done.status, output: done.stdout + done.stderr };
  }

  remove(): void {
    rmSync(this.state, { recursive: true });
  }
}

describe("on the VM", () => {
  let vm: Sandbox;
  beforeEach(() => {
    vm = new Sandbox();
  });
  afterEach(() => vm.remove());

  it("a release that was killed while it was watched is taken back, and history tells", () => {
    vm.lead("watch.green");
    vm.write("base/env/stage/holder", "1\trelease\tnew\tme\t2026-01-01T00:00:00Z\n");
    vm.write("stage/step", "watch");
    const { output } = vm.run("settle", { EXIT_CODE: "killed", EXIT_STATUS: "KILL" });
    expect(output).to.include("error: it was killed at step watch");
    expect(output).to.include("the previous release, old, serves");
    for (const place of ["base/routes", "base/env/stage/routes"]) {
      expect(vm.read(`${place}/stage.yml`)).to.equal('# route.blue\n{"way":"route.blue"}\n');
    }
    expect(vm.read("data/stage/releases.tsv")).to.match(/\trelease\tnew\t.*\tme\tkilled\t/);
  });

  it("the release before is drained: it goes on until no connection is left", () => {
    vm.lead("route.green");
    vm.write("base/env/stage/releases/old/served", "");
    vm.write("connections", "2\n1\n0\n");
    const { code, output } = vm.run("drain");
    expect(code, output).to.equal(0);
    expect(vm.read("log").trim().split("\n")).to.deep.equal([
      ...["connections 2", "connections 1", "connections 0"],
      "docker start onebox-stage-blue",
    ]);
  });

  it("streams that outlast their time are ended by the app, which has time for its requests", () => {
    vm.lead("route.green");
    vm.write("base/env/stage/releases/old/served", "");
    vm.write("connections", "1\n".repeat(1000));
    vm.run("drain");
    const log = vm.read("log").trim().split("\n");
    expect(log.filter((line) => !line.startsWith("connections"))).to.deep.equal([
      "docker stop -t 29 onebox-stage-blue",
      "docker start onebox-stage-blue",
    ]);
    expect(log[0]).to.equal("connections 1");
  });
});
