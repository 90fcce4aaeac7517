import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("on the VM", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
  });
  afterEach(() => vm.remove());

  it("a release that was killed while it was watched is taken back, and history tells", async () => {
    vm.lead("watch.green");
    vm.write("base/env/stage/holder", "1\trelease\tnew\tme\t2026-01-01T00:00:00Z\n");
    vm.write("stage/step", "watch");
    const { output } = await vm.run("settle", [], { EXIT_CODE: "killed", EXIT_STATUS: "KILL" });
    expect(output).to.include("error: it was killed at step watch");
    expect(output).to.include("the previous release, old, serves");
    for (const place of ["base/routes", "base/env/stage/routes"]) {
      expect(vm.read(`${place}/stage.yml`)).to.equal('# route.blue\n{"way":"route.blue"}\n');
    }
    expect(vm.read("data/stage/releases.tsv")).to.match(/\trelease\tnew\t.*\tme\tkilled\t/);
  });

  it("a previous release that cannot be started again is not said to serve", async () => {
    vm.lead("watch.green");
    vm.write("base/env/stage/holder", "1\trelease\tnew\tme\t2026-01-01T00:00:00Z\n");
    vm.write("database", 'case "$*" in start*) exit 1 ;; esac\n');
    const { output } = await vm.run("settle", [], { EXIT_CODE: "killed", EXIT_STATUS: "KILL" });
    expect(output).to.include("error: old, which should serve, could not be put back whole");
    expect(output).not.to.include("the previous release, old, serves");
  });

  it("data from before an upgrade that cannot be put back stay as they are, and nothing starts on others", async () => {
    vm.lead("route.blue");
    vm.write("base/env/stage/holder", "1\trelease\tnew\tme\t2026-01-01T00:00:00Z\n");
    const [older, upgrading] = ["data/stage/postgres.older", "data/stage/upgrading"];
    vm.write("data/stage/postgres/PG_VERSION", "18\n");
    vm.write(`${older}/PG_VERSION`, "17\n");
    vm.write(`${older}/serves`, "");
    vm.write(`${upgrading}/release`, "new\n");
    vm.write("programs/mv", `#!/bin/bash\n[[ $1 == */postgres ]] && exit 1\nexec /bin/mv "$@"\n`);
    const settled = () => vm.run("settle", [], { EXIT_CODE: "killed", EXIT_STATUS: "KILL" });
    const { output } = await settled();
    expect(output).to.include("error: the data of stage from before the upgrade could not be put");
    expect(vm.read(`${older}/PG_VERSION`)).to.equal("17\n");
    expect(vm.read("log")).not.to.include("docker start");
    expect(existsSync(join(vm.state, upgrading)), "the next one tries again").to.equal(true);
    rmSync(join(vm.state, "programs/mv"));
    expect((await settled()).output).to.include("the data from before serve again");
    expect(vm.read("data/stage/postgres/PG_VERSION")).to.equal("17\n");
  });

  it("the previous release is drained: it goes on until no connection is left", async () => {
    vm.lead("route.green");
    vm.write("base/env/stage/releases/old/served", "");
    vm.write("connections", "2\n1\n0\n");
    const { code, output } = await vm.run("drain");
    expect(code, output).to.equal(0);
    expect(vm.read("log").trim().split("\n")).to.deep.equal([
      ...["connections 2", "connections 1", "connections 0"],
      "docker start onebox-stage-blue",
    ]);
  });

  it("a database that serves gets limits without being restarted", async () => {
    vm.lead("route.green");
    const env = "base/env/stage/releases/new/release.env";
    vm.write(env, `${vm.read(env)}COMPOSE_PROFILES=database\n`);
    await vm.run("drain");
    expect(vm.read("log").split("\n")[0]).to.equal(
      "docker update --pids-limit 512 --cpu-shares 1024 --cpus 1.50 onebox-stage-database",
    );
  });

  it("streams that outlast their time are ended by the app, which has time for its requests", async () => {
    vm.lead("route.green");
    vm.write("base/env/stage/releases/old/served", "");
    const env = "base/env/stage/releases/old/release.env";
    vm.write(env, vm.read(env).replace(/(STREAMS_SECONDS)=.*/, "$1=0"));
    vm.write("connections", "1\n1\n");
    await vm.run("drain");
    expect(vm.read("log").trim().split("\n")).to.deep.equal([
      "connections 1",
      "docker stop -t 29 onebox-stage-blue",
      "docker start onebox-stage-blue",
    ]);
  });

  for (const [answer, served] of [
    ["next", true],
    ["another", false],
  ] as const) {
    it(`a release that says it is "${answer}" is ${served ? "" : "not "}switched to`, async () => {
      const app = createServer((_, response) => response.end(`{"release":"${answer}"}`));
      await once(app.listen(0, "127.0.0.1"), "listening");
      try {
        vm.lead("route.blue");
        vm.bring("incoming", "next", (app.address() as AddressInfo).port);
        const incoming = { ONEBOX_INCOMING: join(vm.state, "incoming") };
        const { code, output } = await vm.run("release", [], incoming);
        expect(code, output).to.equal(served ? 0 : 1);
        expect(output).to.include(served ? "stage serves next" : "does not name release next");
        const [way] = vm.read("base/routes/stage.yml").split("\n");
        expect(way).to.equal(served ? "# route.green" : "# route.blue");
        expect(vm.read("log")).to.include("docker rm -fv onebox-stage-green");
      } finally {
        app.close();
      }
    });
  }

  it("a release that Traefik does not answer from in time, after its watch, is taken back", async () => {
    const app = createServer((_, response) => response.end('{"release":"next"}'));
    await once(app.listen(0, "127.0.0.1"), "listening");
    try {
      vm.lead("route.blue");
      vm.bring("incoming", "next", (app.address() as AddressInfo).port);
      const slow = `if [[ $* == *x-onebox-release* ]] && grep -q '^# route.green' "$STATE/base/routes/stage.yml"; then exit 28; fi`;
      vm.write(
        "programs/curl",
        vm.read("programs/curl").replace("#!/bin/bash\n", `#!/bin/bash\n${slow}\n`),
      );
      const incoming = { ONEBOX_INCOMING: join(vm.state, "incoming") };
      const { code, output } = await vm.run("release", [], incoming);
      expect(code, output).to.equal(1);
      expect(output).to.include("step finish").and.to.include("did not answer 200 through Traefik");
      const settled = await vm.run("settle", [], { EXIT_CODE: "exited", EXIT_STATUS: "1" });
      expect(settled.output).to.include("the previous release, old, serves");
      expect(vm.read("base/routes/stage.yml")).to.match(/^# route.blue\n/);
    } finally {
      app.close();
    }
  });

  it("a rollback that Traefik does not answer from in time is taken back, too", async () => {
    const app = createServer((_, response) => response.end('{"release":"old"}'));
    await once(app.listen(0, "127.0.0.1"), "listening");
    try {
      vm.lead("route.green");
      vm.bring("base/env/stage/releases/old", "old", (app.address() as AddressInfo).port);
      vm.write("base/env/stage/releases/old/served", "");
      for (const each of ["old", "new"]) vm.write(`base/env/stage/releases/${each}/migrations`, "");
      const slow = `if [[ $* == *x-onebox-release* ]] && grep -q '^# route.blue' "$STATE/base/routes/stage.yml"; then exit 28; fi`;
      vm.write(
        "programs/curl",
        vm.read("programs/curl").replace("#!/bin/bash\n", `#!/bin/bash\n${slow}\n`),
      );
      const { code, output } = await vm.run("rollback");
      expect(code, output).to.equal(1);
      expect(output).to.include("Traefik did not route back in time");
      const settled = await vm.run("settle", [], { EXIT_CODE: "exited", EXIT_STATUS: "1" });
      expect(settled.output).to.include("the previous release, new, serves");
      expect(vm.read("base/routes/stage.yml")).to.match(/^# route.green\n/);
    } finally {
      app.close();
    }
  });

  it("a configuration that compose refuses is not released, and its reason is told", async () => {
    vm.lead("route.blue");
    vm.bring("incoming", "next");
    const why = "services.blue.user must be a string";
    const refuses = `echo "validating $STATE/compose.yml:" >&2; echo "${why}" >&2; exit 15`;
    vm.write("database", `case "$*" in *" config --hash "*) ${refuses} ;; esac\n`);
    const incoming = { ONEBOX_INCOMING: join(vm.state, "incoming") };
    const { code, output } = await vm.run("release", [], incoming);
    expect(code, output).to.equal(1);
    expect(output).to.match(
      new RegExp(`^onebox: error: docker compose refuses the configuration: ${why}$`, "m"),
    );
    expect(output).not.to.include("step start");
    expect(vm.read("base/routes/stage.yml")).to.match(/^# route.blue\n/);
  });

  it("a deploy is told in one answer of the space, how the last release ended, and who is at work", async () => {
    vm.lead("route.blue");
    const row = (result: string) => `then\trelease\told\ti@x\t\tme\t${result}\t7\n`;
    vm.write("data/stage/releases.tsv", row("served") + row("failed"));
    for (const slot of ["blue", "green"]) rmSync(join(vm.state, `onebox-stage-${slot}`)); // nothing runs
    const { code, output } = await vm.run("survey", ["--json"], {
      SSH_CLIENT: "192.0.2.7 40123 22",
    });
    expect(code, output).to.equal(0);
    const survey = '{"onebox":1,"kind":"survey","free":9216,"result":"failed","from":"192.0.2.7"}';
    expect(output).to.include('{"onebox":1,"kind":"disk","name":"data","size":10240,"free":9216}');
    expect(output.split("\n")[0]).to.equal(survey);
    expect(output).not.to.include('"holder"');
  });

  describe("the release that serves, whose app had to be started again,", () => {
    const place = "base/env/stage/releases/old";
    const incoming = () => ({ ONEBOX_INCOMING: join(vm.state, "incoming") });
    /** All of its files, by name. */
    const files = () => {
      const names = readdirSync(join(vm.state, place)).sort();
      return Object.fromEntries(names.map((name) => [name, vm.read(join(place, name))]));
    };
    /** What was taken in and not removed. */
    const left = () =>
      readdirSync(join(vm.state, "base/env/stage")).filter((name) => name.startsWith("incoming"));
    let app: Server;
    beforeEach(async () => {
      app = createServer((_, response) => response.end('{"release":"old"}'));
      await once(app.listen(0, "127.0.0.1"), "listening");
      vm.lead("route.blue");
      vm.bring(place, "old", (app.address() as AddressInfo).port);
      vm.write(`${place}/served`, "");
      vm.write(`${place}/migrations`, "");
      vm.write("restarts", "1");
      vm.bring("incoming", "old", (app.address() as AddressInfo).port);
    });
    afterEach(() => app.close());

    it("keeps its files when a clone of before delivers its name with other ones", async () => {
      const before = files();
      vm.write("incoming/compose.yml", "services: { other: {} }\n");
      vm.write("incoming/release.env", `${vm.read("incoming/release.env")}ONEBOX_COMMIT=other\n`);
      await vm.run("release", [], incoming());
      expect(files()).to.deep.equal(before);
      expect(existsSync(join(vm.state, "incoming"))).to.equal(false);
    });

    it("takes nothing but the delivery's own settings when it comes again", async () => {
      vm.write(`${place}/identity`, "1\n");
      const before = files();
      vm.write("incoming/identity", "1\n");
      vm.write("incoming/compose.yml", "services: { other: {} }\n");
      vm.write("incoming/delivery.env", "ONEBOX_BY=you\nONEBOX_CANARY=0\n");
      await vm.run("release", [], incoming());
      const delivery = { "delivery.env": "ONEBOX_BY=you\nONEBOX_CANARY=0\n" };
      expect(files()).to.deep.equal({ ...before, ...delivery });
    });

    it("refuses to come again with other files", async () => {
      vm.write(`${place}/identity`, "1\n");
      const before = files();
      vm.write("incoming/identity", "2\n");
      const { code, output } = await vm.run("release", [], incoming());
      expect(code).to.equal(1);
      expect(output).to.include("error: release old has served with other files, and keeps them");
      expect(files()).to.deep.equal(before);
    });

    it("is left alone when only its name comes, which Terraform's state is told by", async () => {
      rmSync(join(vm.state, "incoming/compose.yml"));
      const before = files();
      const { code, output } = await vm.run("operate", [
        "release",
        "--from",
        incoming().ONEBOX_INCOMING,
      ]);
      expect(output).to.equal("onebox: stage serves old already\n");
      expect(code).to.equal(0);
      expect(files()).to.deep.equal(before);
      expect(vm.read("log")).to.equal("");
      expect(left(), "what was brought").to.deep.equal([]);
      expect(existsSync(join(vm.state, "begun")), "a unit").to.equal(false);
    });

    it("is not replaced by one of which only the name comes", async () => {
      vm.bring("incoming", "new");
      rmSync(join(vm.state, "incoming/compose.yml"));
      const { code, output } = await vm.run("operate", [
        "release",
        "--from",
        incoming().ONEBOX_INCOMING,
      ]);
      expect(output).to.equal("onebox: held: stage serves old by now, not new\n");
      expect(code).to.equal(3);
      expect(vm.read("log")).to.equal("");
      expect(left(), "what was brought").to.deep.equal([]);
    });

    it("of which only the name comes waits for who is at work", async () => {
      rmSync(join(vm.state, "incoming/compose.yml"));
      vm.write("unit=onebox-release-stage/busy", "");
      vm.write("base/env/stage/holder", "1\trollback\tnew\tme\t2026-01-01T00:00:00Z\n");
      const { code, output } = await vm.run("operate", [
        "release",
        "--from",
        incoming().ONEBOX_INCOMING,
      ]);
      expect(output).to.include("onebox: held: me runs rollback new since 2026-01-01T00:00:00Z");
      expect(code).to.equal(3);
    });
  });

  it("a release that comes while another is at work is refused, and told whose it is", async () => {
    vm.bring("incoming", "next");
    vm.write("unit=onebox-release-stage/busy", "");
    vm.write("base/env/stage/holder", "1\trelease\tnew\tme\t2026-01-01T00:00:00Z\n");
    const { code, output } = await vm.run("operate", [
      ...["release", "--from", join(vm.state, "incoming"), "--wait", "0"],
    ]);
    expect(output).to.equal(
      "onebox: held: me runs release new since 2026-01-01T00:00:00Z, at step none\n",
    );
    expect(code).to.equal(3);
    const left = readdirSync(join(vm.state, "base/env/stage"));
    expect(left.filter((name) => name.startsWith("incoming"))).to.deep.equal([]);
    expect(existsSync(join(vm.state, "incoming"))).to.equal(false);
  });

  it("a release that was killed, and then what settles it too, is settled all the same", async () => {
    vm.lead("watch.green");
    vm.bring("incoming", "next");
    vm.write("base/env/stage/holder", "1\trelease\tnew\tme\t2026-01-01T00:00:00Z\n");
    vm.write("killed", "");
    vm.write("kill", "");
    const { code } = await vm.run("operate", ["release", "--from", join(vm.state, "incoming")]);
    const said = vm.read("journal");
    expect(existsSync(join(vm.state, "kill")), "the first is killed").to.equal(false);
    expect(vm.read("begun"), "what nobody has thought of ends, too").to.match(/RuntimeMaxSec=\d+/);
    expect(said).to.include("the previous release, old, serves");
    expect(code, said).to.equal(1);
    expect(existsSync(join(vm.state, "base/env/stage/holder"))).to.equal(false);
  });

  for (const [what, args] of [
    ["a restore", ["restore"]],
    ["a first release that begins with a backup", ["release", "--from"]],
  ] as const) {
    it(`${what} has days, for a large database`, async () => {
      vm.write("killed", "");
      vm.bring("incoming", "next");
      vm.write("incoming/delivery.env", "ONEBOX_FROM_BACKUP=1\n");
      const from = args.length > 1 ? [join(vm.state, "incoming")] : [];
      await vm.run("operate", [...args, ...from]);
      expect(Number(/RuntimeMaxSec=(\d+)/.exec(vm.read("begun"))?.[1])).to.be.above(86_400);
    });
  }

  it("a Docker that never answers is not waited for without end", async () => {
    vm.lead("route.green");
    vm.write("programs/docker", "#!/bin/bash\nexec sleep 600\n");
    const { code, output } = await vm.run("status", ["--json"], { PATIENCE: "1" });
    expect([code, output]).to.deep.equal([0, ""]);
    const rollback = await vm.run("rollback", [], { PATIENCE: "1" });
    expect(rollback.code).not.to.equal(0);
  });

  it("a unit that took too long is said to have done so", async () => {
    vm.lead("watch.green");
    vm.write("base/env/stage/holder", "1\trelease\tnew\tme\t2026-01-01T00:00:00Z\n");
    vm.write("stage/step", "migrate");
    const ended = { EXIT_CODE: "killed", EXIT_STATUS: "TERM", SERVICE_RESULT: "timeout" };
    const { output } = await vm.run("settle", [], ended);
    expect(output).to.include("error: it took far too long, and was ended at step migrate");
  });

  it("a release that went well is settled once", async () => {
    vm.lead("route.green");
    const { code, output } = await vm.run("settle", ["--again"], { EXIT_CODE: "exited" });
    expect(output).to.equal("");
    expect(code).to.equal(0);
  });

  it("a Traefik that was asked about routes goes when whoever asked is dead, and only then", async () => {
    const asking = spawn("bash", ["-c", "sleep 60; true", "check-routes"]);
    await once(asking, "spawn");
    try {
      vm.write("checks", `onebox-check-${process.pid}\nonebox-check-${asking.pid}\n`);
      await vm.run("drain");
      const removed = vm.read("log").match(/docker rm .*-check-.*/g);
      expect(removed).to.deep.equal([`docker rm -fv onebox-check-${process.pid}`]);
    } finally {
      asking.kill();
    }
  });

  it("every container is removed with the volumes that Docker has made for it", () => {
    const files = readdirSync(join(root, "host"), { recursive: true, withFileTypes: true });
    const removals = files
      .filter((file) => file.isFile())
      .flatMap(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8").split("\n"))
      .filter((line) => /(docker|each) rm /.test(line));
    expect(removals).to.have.length.above(5);
    for (const line of removals) expect(line).to.match(/(docker|each) rm -f?v/);
  });

  it("nobody is at work when a file says so that a killed unit has left", async () => {
    vm.write("base/env/stage/holder", "1\trelease\tnew\tme\t2026-01-01T00:00:00Z\n");
    expect(await vm.run("operate", ["holder"])).to.deep.equal({ code: 1, output: "" });
    vm.write("unit=onebox-release-stage/busy", "");
    expect((await vm.run("operate", ["holder"])).output).to.include("me runs release new");
  });

  it("what was brought and not taken goes with its unit, and what others have brought stays", async () => {
    vm.lead("route.green");
    for (const name of ["mine", "other"])
      vm.write(`base/env/stage/incoming.${name}/environment.json`, "{}");
    const place = (name: string) => join(vm.state, `base/env/stage/incoming.${name}`);
    await vm.run("settle", [], { EXIT_CODE: "killed", ONEBOX_INCOMING: place("mine") });
    expect([existsSync(place("mine")), existsSync(place("other"))]).to.deep.equal([false, true]);
    await vm.run("hold", [], {}, "on");
    vm.write("base/env/stage/incoming.new/environment.json", "{}");
    utimesSync(place("other"), 1, 1);
    utimesSync(place("new"), 2 ** 33, 2 ** 33);
    await vm.run("settle", [], { EXIT_CODE: "killed" });
    expect([existsSync(place("other")), existsSync(place("new"))]).to.deep.equal([false, true]);
  });
});
