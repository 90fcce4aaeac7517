import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { poll } from "../../cli/poll.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("the VM's upkeep", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    const places = {
      "/run/reboot-required": "reboot-required",
      "/etc/docker/daemon.json": "daemon.json",
    };
    let program = vm.read("base/host/edge/upkeep");
    for (const [from, to] of Object.entries(places))
      program = program.replaceAll(from, join(vm.state, to));
    vm.write("base/host/edge/upkeep", program);
    vm.write("base/bin/hold", '#!/bin/bash\necho "hold $1" >>"$STATE/log"\n');
    vm.write("daemon.json", '{ "live-restore": true }\n');
    vm.write("programs/apt-get", '#!/bin/bash\necho "apt-get $*" >>"$STATE/log"\n');
    vm.write(
      "programs/unattended-upgrade",
      '#!/bin/bash\necho upgrade >>"$STATE/log"; echo said >&2; exit "$(cat "$STATE/fails" 2>/dev/null || echo 0)"\n',
    );
    vm.write("programs/docker", '#!/bin/bash\necho "docker $*" >>"$STATE/log"\n');
    vm.write("programs/sleep", "#!/bin/bash\nexec /usr/bin/sleep 0.01\n");
    vm.write(
      "programs/systemctl",
      `#!/bin/bash
case $1 in
  list-units) # of those that are there, what the patterns mean
    cat "$STATE/units" 2>/dev/null | while read -r unit; do
      for pattern in "\${@:2}"; do case $unit in $pattern) echo "$unit" ;; esac; done
    done ;;
  stop) grep -o 'live-restore": [a-z]*' "$STATE/daemon.json" >>"$STATE/log"; echo "$*" >>"$STATE/log"; [ ! -e "$STATE/stuck" ] ;;
  *) echo "$*" >>"$STATE/log" ;;
esac
`,
    );
  });
  afterEach(() => vm.remove());

  const minutesFromNow = (minutes: number) =>
    new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
  /** Runs in a window that ends so many minutes from now; returns what was done. */
  async function keep(minutes = 120) {
    const { code, output } = await vm.run(
      "upkeep",
      ["UTC"],
      {},
      `00:00-${minutesFromNow(minutes)}`,
    );
    return { code, output, done: vm.read("log").split("\n").filter(Boolean) };
  }
  const upgraded = ["apt-get -q update", "upgrade"];

  it("installs upgrades, and reboots only when they need it", async () => {
    expect((await keep()).done).to.deep.equal(upgraded);
  });

  it("reboots in order: visitors wait, Traefik ends before the apps, and Docker ends these itself", async () => {
    vm.write("reboot-required", "");
    const { done, output, code } = await keep();
    expect([code, output]).to.deep.equal([
      0,
      "onebox: security upgrades are installed\nonebox: the upgrades need a reboot: visitors wait until it is over\n",
    ]);
    expect(done).to.deep.equal([
      ...[...upgraded, "hold on", "docker stop -t 30 onebox-traefik", "reload docker"],
      ...['live-restore": false', "stop docker.socket docker.service", "--no-block reboot"],
    ]);
    expect(vm.read("daemon.json")).to.equal('{ "live-restore": true }\n');
    const { output: said } = await vm.run("upkeep", [], {}, "--booted");
    expect(said).to.match(/^onebox: the reboot took \d+ s, until all was started again\n$/);
    expect((await vm.run("upkeep", [], {}, "--booted")).output).to.equal("");
  });

  it("gives Docker its live-restore back, which a power cut has left it without", async () => {
    vm.write("daemon.json", '{ "live-restore": false }\n');
    vm.write("daemon.json.onebox", '{ "live-restore": true }\n');
    expect((await vm.run("upkeep", [], {}, "--booted")).code).to.equal(0);
    expect(vm.read("daemon.json")).to.equal('{ "live-restore": true }\n');
    expect(vm.read("log")).to.equal("reload docker\n");
  });

  it("lets visitors wait before a reboot that somebody else has begun, and Docker end what runs", async () => {
    vm.write(
      "programs/docker",
      `#!/bin/bash
echo "docker $*" >>"$STATE/log"
case $1 in info) grep -o 'false' "$STATE/daemon.json" ;; esac
`,
    );
    vm.write(
      "programs/systemctl",
      '#!/bin/bash\ncase $1 in is-active) cat "$STATE/docker" ;; *) echo "$*" >>"$STATE/log" ;; esac\n',
    );
    vm.write("docker", "active\n");
    expect((await vm.run("upkeep", [], {}, "--down")).code).to.equal(0);
    expect(vm.read("log").trim().split("\n")).to.deep.equal([
      ...["hold on", "docker stop -t 30 onebox-traefik", "kill -s HUP --kill-who=main docker"],
      "docker info -f {{.LiveRestoreEnabled}}",
    ]);
    expect(vm.read("daemon.json")).to.equal('{ "live-restore": false }\n');
    expect((await vm.run("upkeep", [], {}, "--booted")).output).to.match(/the reboot took \d+ s/);
    expect(vm.read("daemon.json"), "after the boot").to.equal('{ "live-restore": true }\n');
    vm.write("docker", "inactive\n"); // an upkeep has done it
    vm.write("log", "");
    expect((await vm.run("upkeep", [], {}, "--down")).code).to.equal(0);
    expect(vm.read("log")).to.equal("");
  });

  it("serves again at once when the reboot cannot be begun", async () => {
    vm.write("reboot-required", "");
    vm.write("stuck", "");
    const { done, output, code } = await keep();
    expect(code).to.equal(1);
    expect(output).to.match(/error: the reboot could not be begun/);
    expect(done.slice(-3)).to.deep.equal([
      ...["start docker.service", "docker start onebox-traefik", "hold off"],
    ]);
    expect(vm.read("daemon.json")).to.equal('{ "live-restore": true }\n');
    expect(existsSync(join(vm.state, "base/rebooting"))).to.equal(false);
  });

  /** The window is over after a few looks at the clock. */
  const passTime = () =>
    vm.write(
      "programs/date",
      `#!/bin/bash
case "$*" in *-d*) echo 100 ;; *) echo x >>"$STATE/looks"; echo $((90 + $(wc -l <"$STATE/looks"))) ;; esac
`,
    );

  for (const unit of ["release-prod", "backup@prod", "backup-full@prod", "drill@prod"]) {
    it(`waits for ${unit} while it is at work, and begins nothing when that takes all of the window`, async () => {
      vm.write("units", `onebox-${unit}.service\n`);
      passTime();
      const { done, output } = await keep();
      expect(done).to.deep.equal([]);
      expect(output).to.match(/waits for the next one/);
    });
  }

  it("keeps releases out while it is at work, and says so", async () => {
    vm.write(
      "programs/unattended-upgrade",
      '#!/bin/bash\n"$STATE/base/bin/operate" stage rollback >"$STATE/said" || echo "$?" >>"$STATE/said"\n',
    );
    await keep();
    expect(vm.read("said")).to.match(
      /^onebox: held: upkeep installs security upgrades since \S+Z\n3\n$/,
    );
    expect(existsSync(join(vm.state, "begun"))).to.equal(false);
    vm.write("journal", "onebox: end 0\n");
    expect((await vm.run("operate", ["rollback"])).code, "afterwards").to.equal(0);
    expect(vm.read("begun")).to.include("--unit=onebox-release-stage ");
  });

  for (const [program, kind] of [
    ["backup", "incr"],
    ["drill", ""],
  ] as const) {
    it(`keeps a ${program} out that its timer begins meanwhile, and lets it in afterwards`, async () => {
      vm.write("base/env/stage/backups/pgbackrest.conf", "");
      const begin = `"$STATE/base/bin/${program}" stage ${kind}`;
      vm.write(
        "programs/unattended-upgrade",
        `#!/bin/bash\n${begin} >"$STATE/said" 2>&1 || echo "$?" >>"$STATE/said"\n`,
      );
      await keep();
      expect(vm.read("said")).to.match(
        /^onebox: error: upkeep installs security upgrades since \S+Z: .* after that\n1\n$/,
      );
      const { output } = await vm.run(program, [kind]);
      expect(output).not.to.include("upkeep");
    });

    it(`waits for a ${program} that is at work, whoever began it`, async () => {
      const file = `base/host/backups/${program}`;
      const stops = "keep_upkeep_out || die";
      expect(vm.read(file)).to.include(stops);
      vm.write("base/env/stage/backups/pgbackrest.conf", "");
      const waits = 'while [ ! -e "$STATE/end" ]; do /usr/bin/sleep 0.02; done';
      const held = `keep_upkeep_out && : >"$STATE/working" && ${waits} && exit || die`;
      vm.write(file, vm.read(file).replace(stops, held));
      passTime();
      const working = vm.run(program, [kind]);
      const there = () => existsSync(join(vm.state, "working"));
      await poll(there, (yes) => yes, { within: 60_000, pause: 20 });
      vm.write(
        "programs/flock",
        '#!/bin/bash\n[ "$1" != -w ] || shift 2\nexec /usr/bin/flock -n "$@"\n',
      );
      const { done, output } = await keep();
      expect(done).to.deep.equal([]);
      expect(output).to.match(/waits for the next one/);
      vm.write("end", "");
      await working;
    });
  }

  it("keeps them out until the reboot has ended it", async () => {
    vm.write("reboot-required", "");
    vm.write(
      "programs/sleep",
      '#!/bin/bash\n[ "$1" = 300 ] || exec /usr/bin/sleep "$1"\n"$STATE/base/bin/operate" stage rollback >"$STATE/said"; exit 0\n',
    );
    const { done } = await keep();
    expect(done).to.include("--no-block reboot");
    expect(vm.read("said")).to.include("held: upkeep");
    expect(vm.read("daemon.json")).to.equal('{ "live-restore": true }\n');
  });

  it("waits for a release that is just beginning", async () => {
    passTime();
    vm.write("units", "");
    const [asks, units] = [join(vm.state, "asks"), join(vm.state, "units")];
    // It has the lock until somebody else has asked for it, and has had a moment to go on without it.
    const unit = `echo held; until [ -e ${asks} ] || [ ! -d ${vm.state} ]; do sleep 0.05; done; sleep 0.5; echo onebox-release-prod.service >${units}`;
    const beginning = spawn("flock", ["-s", join(vm.state, "upkeep.lock"), "bash", "-c", unit]);
    await once(beginning.stdout, "data");
    vm.write("programs/flock", `#!/bin/bash\ntouch ${asks}\nexec /usr/bin/flock "$@"\n`);
    const { done, output } = await keep();
    expect(done).to.deep.equal([]);
    expect(output).to.match(/waits for the next one/);
  });

  it("does not wait for timers, which are always there", async () => {
    passTime();
    const names = ["backup", "backup-full", "drill", "alarm"];
    vm.write("units", names.map((name) => `onebox-${name}@prod.timer\n`).join(""));
    const { done, output } = await keep();
    expect(done, output).to.deep.equal(upgraded);
  });

  it("is a timer of the window's beginning, in its zone, until the configuration has none", async () => {
    vm.write(
      "base/bin/keep-up",
      `#!/bin/bash
set -eu; base=${vm.state}/base; . "$base/host/edge/upkeep.sh"; keep_up "$1" "$2"
`,
    );
    vm.write(
      "base/host/edge/upkeep.sh",
      vm.read("base/host/edge/upkeep.sh").replace("/etc/apt", `${vm.state}/apt`),
    );
    vm.write("units/none", "");
    const { code, output } = await vm.run("keep-up", ["Europe/Berlin"], {}, "03:00-05:00");
    expect([code, output]).to.deep.equal([0, ""]);
    expect(vm.read("units/onebox-upkeep.timer")).to.include(
      "OnCalendar=*-*-* 03:00 Europe/Berlin\n",
    );
    expect(vm.read("units/onebox-upkeep.service")).to.include(
      "/bin/upkeep 03:00-05:00 Europe/Berlin\n",
    );
    expect(vm.read("apt/apt.conf.d/52onebox")).to.include('"origin=Docker"');
    await vm.run("keep-up", ["UTC"], {}, "never");
    for (const name of [
      "units/onebox-upkeep.timer",
      "units/onebox-upkeep.service",
      "apt/apt.conf.d/52onebox",
    ])
      expect(existsSync(join(vm.state, name)), name).to.equal(false);
  });

  it("says what could not be installed, and reboots for the rest all the same", async () => {
    vm.write("fails", "1");
    const { output, code } = await keep();
    expect(code).to.equal(0);
    expect(output).to.match(/^onebox: warning: not all upgrades could be installed: said;/);
  });
});
