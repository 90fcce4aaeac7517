import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

/** Docker as far as it knows its containers: whether each runs is in a file of its name, and what it may write to in another. */
const docker = `#!/bin/bash
case "$*" in
  ps*onebox.beside*) ls "$STATE" | sed -n 's/^beside[.]//p' | while read -r name; do if grep -q true "$STATE/runs.$name"; then echo "$name"; fi; done ;;
  *.Mounts*-beside-*) for name in "\${@:4}"; do echo "/$name $(cat "$STATE/beside.$name")"; done ;;
  kill*) for name in "\${@:2}"; do echo false >"$STATE/runs.$name"; echo "kill $name" >>"$STATE/log"; done ;;
  ps*) ls "$STATE" | sed -n 's/^mounts[.]//p' | while read -r name; do if grep -q true "$STATE/runs.$name"; then echo "$name"; fi; done ;;
  *.Mounts*) for name in "\${@:4}"; do echo "/$name $(cat "$STATE/mounts.$name")"; done ;;
  inspect*) cat "$STATE/runs.\${!#}" 2>/dev/null || exit 1 ;;
  stop*) echo false >"$STATE/runs.\${!#}"; echo "stop \${!#}" >>"$STATE/log" ;;
  start*) [ ! -e "$STATE/deaf" ] || exit 1; echo true >"$STATE/runs.\${!#}"; echo "start \${!#}" >>"$STATE/log" ;;
  exec*) sed -n "s/^ALTER SYSTEM /$5 /p" >>"$STATE/log"; [ ! -e "$STATE/deaf" ] ;;
esac
`;

describe("the last of the data volume", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", docker);
    for (const name of ["stage", "previews", "prod"])
      vm.write(`runs.onebox-${name}-database`, "true\n");
  });
  afterEach(() => vm.remove());

  /** Looks once, with so many megabytes left; returns what Docker was told. */
  async function look(free: number): Promise<string[]> {
    vm.write("programs/df", `#!/bin/bash\necho; echo disk 10240 1 ${free} 10% /\n`);
    vm.write("log", "");
    const { code, output } = await vm.run("reserve", [], {}, "--once");
    expect(code, output).to.equal(0);
    return vm.read("log").split("\n").filter(Boolean);
  }
  const both = (what: string) =>
    ["stage", "previews"].map((name) => `onebox-${name}-database ${what}`);
  const readOnly = both("SET default_transaction_read_only = on;");
  const open = both("RESET default_transaction_read_only;");

  it("is prod's: stage and the previews take no writes from there on, until there is room", async () => {
    expect(await look(5000)).to.deep.equal(open);
    expect(await look(1500)).to.deep.equal([]);
    expect(await look(1000)).to.deep.equal(readOnly);
    expect(await look(1500)).to.deep.equal(readOnly); // one that was made anew meanwhile, too
    expect(await look(5000)).to.deep.equal(open);
    expect(await look(5000)).to.deep.equal([]);
  });

  it("is looked after each second once it is near: a fast disk would take it meanwhile", async () => {
    const pauseAt = async (free: number) => {
      vm.write("programs/df", `#!/bin/bash\necho; echo disk 10240 1 ${free} 10% /\n`);
      vm.write("programs/sleep", '#!/bin/bash\necho "$1" >"$STATE/paused"; exit 1\n');
      await vm.run("reserve", [], {}, ""); // ends by that
      return vm.read("paused").trim();
    };
    expect(await pauseAt(5000)).to.equal("5");
    expect(await pauseAt(4000)).to.equal("1");
    expect(await pauseAt(700)).to.equal("1");
  });

  it("is prod's: what writes all the same stops, and starts when there is room", async () => {
    await look(1000);
    expect(await look(400)).to.deep.equal([
      "stop onebox-stage-database",
      "stop onebox-previews-database",
    ]);
    expect(await look(900)).to.deep.equal([]);
    expect(await look(3000)).to.deep.equal([
      "start onebox-stage-database",
      "start onebox-previews-database",
    ]);
    expect(await look(3000)).to.deep.equal(open);
    expect(vm.read("runs.onebox-prod-database")).to.equal("true\n");
  });

  it("is prod's: what keeps files there stops as well, and nothing of prod's, nor what only reads", async () => {
    const uploads = "/mnt/onebox/stage/uploads";
    const containers = {
      "onebox-stage-blue": `onebox-stage /tmp ${uploads}`,
      "onebox-stage-green": `onebox-stage ${uploads}`,
      "onebox-stage-worker-1": "onebox-stage",
      "onebox-preview-x-blue": "onebox-preview-x /mnt/onebox/preview-x/uploads",
      "onebox-prod-blue": "onebox-prod /mnt/onebox/prod/uploads",
      "onebox-stage-database": "onebox-stage /mnt/onebox/stage/postgres",
    };
    for (const [name, mounts] of Object.entries(containers)) {
      vm.write(`mounts.${name}`, `${mounts}\n`);
      vm.write(`runs.${name}`, `${!name.endsWith("green")}\n`);
    }
    expect(await look(1000), "it may write until then").to.deep.equal(readOnly);
    const writers = ["onebox-preview-x-blue", "onebox-stage-blue"];
    expect(await look(400)).to.deep.equal(
      ["onebox-stage-database", "onebox-previews-database", ...writers].map((n) => `stop ${n}`),
    );
    expect(await look(400)).to.deep.equal([]);
    vm.write("runs.onebox-stage-green", "true\n"); // started meanwhile
    rmSync(join(vm.state, "runs.onebox-preview-x-blue")); // and that one removed
    rmSync(join(vm.state, "mounts.onebox-preview-x-blue"));
    expect(await look(900)).to.deep.equal(["stop onebox-stage-green"]);
    const started = await look(3000);
    expect(started).to.deep.equal(
      ["stage-database", "previews-database", "stage-blue", "stage-green"].map(
        (name) => `start onebox-${name}`,
      ),
    );
    expect(await look(3000)).to.deep.equal(open);
    expect(await look(5000)).to.deep.equal([]);
  });

  it("is no restore's or drill's, whoever's it is; a backup, which only reads, goes on", async () => {
    const beside = {
      "onebox-prod-beside-drill": "/mnt/onebox/prod/drill",
      "onebox-stage-beside-newer": "/run/onebox/socket /mnt/onebox/stage/postgres.newer",
      "onebox-prod-beside-backup": "",
    };
    for (const [name, mounts] of Object.entries(beside)) {
      vm.write(`beside.${name}`, `${mounts}\n`);
      vm.write(`runs.${name}`, "true\n");
    }
    expect(await look(1000)).to.deep.equal(readOnly);
    const killed = ["prod-beside-drill", "stage-beside-newer"].map((name) => `kill onebox-${name}`);
    const stopped = ["stage", "previews"].map((name) => `stop onebox-${name}-database`);
    expect(await look(400)).to.deep.equal([...killed, ...stopped]);
    vm.write("runs.onebox-prod-beside-drill", "true\n"); // another one, which found room
    expect(await look(900)).to.deep.equal([]);
    expect(await look(400)).to.deep.equal([`kill onebox-prod-beside-drill`]);
  });

  it("is given back to a database that stopped, though its first start fails or the VM starts anew", async () => {
    await look(400);
    vm.write("deaf", "");
    expect(await look(3000)).to.deep.equal([]);
    rmSync(join(vm.state, "deaf"));
    rmSync(join(vm.state, "reserve"), { force: true }); // what lies in /run does not outlast the VM's end
    expect(await look(3000)).to.deep.equal([
      "start onebox-stage-database",
      "start onebox-previews-database",
    ]);
  });

  it("is looked after again where a database could not be told", async () => {
    await look(5000);
    vm.write("deaf", "");
    await look(1000);
    vm.write("runs.onebox-previews-database", "");
    expect(await look(1000)).to.include(readOnly[0]);
  });
});
