import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { poll } from "../../cli/poll.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("previews on the VM", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
  });
  afterEach(() => vm.remove());

  for (const [by, asked] of [
    ["settle", false],
    ["settle", true],
    ["reap", false],
    ["reap", true],
  ] as const) {
    const becomes = asked ? "runs on when somebody asked for it" : "sleeps";
    it(`a preview that Docker started ${becomes}, says ${by}`, async () => {
      vm.lead("route.green");
      vm.bring("base/env/preview-mine/releases/shown", "shown");
      vm.write("onebox-preview-mine-blue", "shown\n");
      const place = "data/previews/branches/mine";
      vm.write(`${place}/intent`, `created=1\nexpires=${2 ** 33}\n`);
      vm.write(`${place}/current`, "shown\n");
      if (asked) vm.write("unit=onebox-preview-mine.service/awake", "");
      const { code, output } = await (by === "reap"
        ? vm.run("reap")
        : vm.run("settle", [], {}, "--all"));
      expect(code, output).to.equal(0);
      const stops = vm.read("log").match(/docker stop .*/g);
      expect(stops).to.deep.equal(asked ? null : ["docker stop -t 29 onebox-preview-mine-blue"]);
    });
  }

  it("a preview that is being put up is left alone when Docker has started", async () => {
    vm.bring("base/env/preview-mine/releases/shown", "shown");
    vm.write("onebox-preview-mine-blue", "shown\n");
    vm.write("unit=onebox-release-preview-mine/busy", "");
    const { code, output } = await vm.run("wake", ["--unless-asked"], {}, "preview-mine");
    expect(code, output).to.equal(0);
    expect(vm.read("log")).to.equal("");
  });

  /** Previews, of which some are awake, on a VM that has no memory for any of them. */
  function crowd(running: boolean): void {
    const awake = { mine: "", late: "30", never: "", early: "200" };
    for (const [name, since] of Object.entries(awake)) {
      const place = `base/env/preview-${name}/releases/shown`;
      vm.bring(place, "shown");
      const lines = ["MEMORY=9999g", "PORT=0", "READY_SECONDS=0", "READINESS=/"];
      vm.write(`${place}/release.env`, lines.map((line) => `ONEBOX_${line}\n`).join(""));
      vm.write(`onebox-preview-${name}-blue`, "shown\n");
      vm.write(`data/previews/branches/${name}/intent`, `created=1\nexpires=${2 ** 33}\n`);
      if (since !== "") vm.write(`unit=onebox-preview-${name}.service/since`, `${since}\n`);
    }
    vm.write("database", `case "$*" in *State.Running*) echo ${running} && exit ;; esac\n`);
  }

  it("a preview that runs already, because it was put up, puts nobody to sleep", async () => {
    crowd(true);
    const { output } = await vm.run("wake", [], {}, "preview-mine");
    expect(output).to.include("the app did not answer");
    expect(vm.read("log").trim()).to.equal("docker start onebox-preview-mine-blue");
  });

  it("a preview that there is no memory for wakes nobody, once those awake longest have been put to sleep", async () => {
    crowd(false);
    const { code, output } = await vm.run("wake", [], {}, "preview-mine");
    expect(code, output).to.equal(1);
    expect(output).to.match(/preview-mine needs 10239232 MB to wake/);
    expect(vm.read("log").trim().split("\n")).to.deep.equal([
      "systemctl stop onebox-preview-late.service",
      "systemctl stop onebox-preview-early.service",
    ]);
  });

  it("a preview that never gets ready gives up its turn, and others wake meanwhile", async () => {
    crowd(true);
    const lines = ["MEMORY=1m", "PORT=1", "READY_SECONDS=20", "READINESS=/"]; // where nothing listens
    const settings = lines.map((line) => `ONEBOX_${line}\n`).join("");
    vm.write("base/env/preview-mine/releases/shown/release.env", settings);
    // The turn is soon over.
    vm.write("programs/sleep", '#!/bin/bash\n[ "$1" = 15 ] || exec /bin/sleep "$1"\n');
    let ended = false;
    const waking = vm.run("wake", [], {}, "preview-mine").finally(() => {
      ended = true;
    });
    const started = () => vm.read("log").includes("docker start");
    await poll(started, (yes) => yes || ended, { within: 60_000, pause: 20 });
    const next = spawn("flock", ["-w", "60", join(vm.state, "waking.lock"), "true"]);
    const [code] = await once(next, "close");
    expect([code, ended]).to.deep.equal([0, false]);
    expect((await waking).output).to.include("did not answer 200");
  });

  it("what passes a preview's visitors on is nobody, and only what starts the app is root", async () => {
    vm.write("data/previews/branches/mine/intent", "network=10.213.1\n");
    vm.write("base/env/preview-mine/releases/shown/release.env", "ONEBOX_READY_SECONDS=9\n");
    vm.write("units/none", "");
    const files = ["lib/environment", "previews/previews", "previews/sleep"];
    vm.program("tell", files, "release=shown\nunits");
    const { code, output } = await vm.run("tell", [], {}, "preview-mine");
    expect(code, output).to.equal(0);
    const lines = vm.read("units/onebox-preview-mine.service").split("\n");
    expect(lines).to.include.members(["DynamicUser=yes", "CapabilityBoundingSet="]);
    expect(lines).to.include("NoNewPrivileges=yes");
    const runs = lines.filter((line) => line.startsWith("Exec"));
    const asRoot = runs.filter((line) => /^\w+=-?\+/.test(line));
    expect(runs.filter((line) => !asRoot.includes(line)).join()).to.match(
      /^ExecStart=\/lib\/systemd\/systemd-socket-proxyd [^,]*$/,
    );
    expect(asRoot.every((line) => line.includes("/bin/wake preview-mine"))).to.equal(true);
  });

  it("a preview that is taken down has its database and its role dropped", async () => {
    const files = ["mine", "other"].map((slug) => `data/previews/branches/${slug}/intent`);
    for (const file of files) vm.write(file, "");
    const { code, output } = await vm.run("preview-remove", [], {}, "preview-mine");
    expect(code, output).to.equal(0);
    expect(vm.read("log")).to.match(/^DROP DATABASE IF EXISTS "preview_mine" WITH \(FORCE\);$/m);
    expect(vm.read("log")).to.match(/^DROP ROLE IF EXISTS "preview_mine";$/m);
    expect(vm.read("log")).not.to.include("other");
    expect(files.map((file) => existsSync(join(vm.state, file)))).to.deep.equal([false, true]);
  });
});
