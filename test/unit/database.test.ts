import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { madeUpDatabase } from "../support/made-up-database.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("an environment's database, on the VM", () => {
  let vm: MadeUpVm;
  let app: Server;
  let port: number;
  let release: string;

  /** Brings a release whose database has a definition of this name, of which this is true. */
  function bring(place: string, named: string, more: Record<string, string> = {}): void {
    vm.bring(place, named, port);
    const usual = { name: named, copy: "healthy", real: "healthy", pgdata: "pgdata", major: "17" };
    const mount = `bind ${vm.state}/data/stage-check/postgres`;
    const lines = Object.entries({ ...usual, mount, ...more });
    vm.write(`${place}/compose.yml`, lines.map(([key, value]) => `# ${key}: ${value}\n`).join(""));
    const env = `${place}/release.env`;
    vm.write(env, `${vm.read(env)}COMPOSE_PROFILES=database\n`);
  }

  const deploy = () => vm.run("release", [], { ONEBOX_INCOMING: join(vm.state, "incoming") });
  /** What systemd runs when the release has failed. */
  const settle = () => vm.run("settle", [], { EXIT_CODE: "exited", EXIT_STATUS: "1" });
  /** The definitions that the database was made of since, and whether visitors waited. */
  const made = () => vm.read("log").match(/(?<=^database ).*/gm) ?? [];

  beforeEach(async () => {
    vm = new MadeUpVm();
    release = "next";
    app = createServer((_, response) => response.end(`{"release":"${release}"}`));
    await once(app.listen(0, "127.0.0.1"), "listening");
    port = (app.address() as AddressInfo).port;
    vm.write("database", madeUpDatabase);
    const old = "base/env/stage/releases/old";
    bring(old, "old");
    vm.write(`${old}/served`, "");
    vm.write(`${old}/migrations`, "");
    vm.write("made.onebox-stage-database", vm.read(`${old}/compose.yml`));
    vm.write("data/stage/postgres/pgdata/PG_VERSION", "17\n");
    vm.lead("route.blue");
  });
  afterEach(() => {
    app.close();
    vm.remove();
  });

  for (const [what, wrong, error] of [
    ["does not start", { copy: "exited" }, "new definition does not start: FATAL: made up"],
    ["has no image", { image: "manifest unknown" }, "cannot be used: manifest unknown"],
    ["is of another major version", { major: "18" }, "scripts/db.sh stage upgrade carries"],
    ["keeps its data elsewhere", { pgdata: "here" }, "would be in postgres/here, and stage's are"],
    ["writes to a fixed place", { mount: "bind /srv/db" }, "may write to /srv/db whatever the"],
    ["writes to a fixed volume", { mount: "volume db" }, "may write to db whatever the"],
  ] as const) {
    it(`is not touched for a definition that ${what}`, async () => {
      bring("incoming", "next", wrong);
      const { code, output } = await deploy();
      expect(output).to.include(error);
      expect(code).to.equal(1);
      const settled = await settle();
      expect(settled.output).to.include("the previous release, old, serves");
      expect(made()).to.deep.equal([]);
      expect(existsSync(join(vm.state, "data/stage-check"))).to.equal(false);
    });
  }

  it("restarts for a good one while visitors wait, and goes back with a rollback", async () => {
    bring("incoming", "next");
    const { code, output } = await deploy();
    expect(code, output).to.equal(0);
    expect(output).to.include("requests wait for it, for 30 s at most");
    expect(made()).to.deep.equal(["next, held"]);
    expect(existsSync(join(vm.state, "base/routes/stage.hold.yml"))).to.equal(false);
    release = "old";
    vm.write("started", "old\n");
    const back = await vm.run("rollback");
    expect(back.code, back.output).to.equal(0);
    expect(made().map((line) => line.split(",")[0])).to.deep.equal(["next", "old"]);
  });

  for (const [what, mount] of [
    ["is not made", "bind /mnt/onebox/prod/postgres"],
    ["is made", "bind /mnt/onebox/stage/postgres"],
  ] as const) {
    it(`${what} for the first release when it would write to ${mount}`, async () => {
      for (const slot of ["blue", "green"]) rmSync(join(vm.state, `onebox-stage-${slot}`));
      rmSync(join(vm.state, "base/routes/stage.yml"));
      rmSync(join(vm.state, "base/env/stage/routes/stage.yml"));
      rmSync(join(vm.state, "made.onebox-stage-database"));
      bring("incoming", "next", { mount: mount.replace("/mnt/onebox", `${vm.state}/data`) });
      const { output } = await deploy();
      if (what === "is made") expect(made()).to.deep.equal(["next, open"]);
      else {
        expect(output).to.match(
          /database did not become healthy: the database may write to \S+prod/,
        );
        expect(made()).to.deep.equal([]);
      }
    });
  }

  it("keeps visitors waiting no longer than an app needs that speaks nothing but HTTP/2", async () => {
    app.close();
    const http2 = createHttp2Server((_, response) => response.end(`{"release":"${release}"}`));
    app = http2 as unknown as Server;
    await once(app.listen(port, "127.0.0.1"), "listening");
    for (const place of ["base/env/stage/releases/old", "incoming"]) {
      if (place === "incoming") bring(place, "next");
      vm.write(`${place}/release.env`, `${vm.read(`${place}/release.env`)}ONEBOX_PROTOCOL=h2c\n`);
    }
    const { code, output } = await deploy();
    expect(code, output).to.equal(0);
    expect(made()).to.deep.equal(["next, held"]);
    expect(output).not.to.include("does not answer 200 yet");
  });

  for (const action of ["deploy", "rollback"] as const) {
    it(`is made by a ${action} when what serves had none`, async () => {
      const env = "base/env/stage/releases/old/release.env";
      vm.write(env, vm.read(env).replace("COMPOSE_PROFILES=database\n", ""));
      rmSync(join(vm.state, "made.onebox-stage-database"));
      const mount = `bind ${vm.state}/data/stage/postgres`;
      if (action === "deploy") bring("incoming", "next", { mount });
      else {
        release = "new";
        bring("base/env/stage/releases/new", "new");
        for (const name of ["served", "migrations"])
          vm.write(`base/env/stage/releases/new/${name}`, "");
      }
      const { code, output } = await (action === "deploy" ? deploy() : vm.run("rollback"));
      expect(code, output).to.equal(0);
      expect(made()).to.deep.equal([`${action === "deploy" ? "next" : "new"}, open`]);
    });
  }

  it("is backed up no more once the release has none", async () => {
    vm.write("base/env/stage/backups/pgbackrest.conf", "");
    vm.bring("incoming", "next", port);
    const { code, output } = await deploy();
    expect(code, output).to.equal(0);
    expect(existsSync(join(vm.state, "base/env/stage/backups"))).to.equal(false);
  });

  it("is left alone when its definition is the same", async () => {
    bring("incoming", "next", { name: "old" });
    const { code, output } = await deploy();
    expect(code, output).to.equal(0);
    expect(made()).to.deep.equal([]);
  });

  it("is put back while visitors wait when it fails on the environment's own data", async () => {
    bring("incoming", "next", { real: "exited" });
    const { code, output } = await deploy();
    expect(output).to.include("did not start with its new definition: FATAL: made up");
    expect(code).to.equal(1);
    expect(output).to.include("the database rolls back to the definition of old");
    await settle();
    expect(made()).to.deep.equal(["next, held", "old, held"]);
    expect(existsSync(join(vm.state, "base/routes/stage.hold.yml"))).to.equal(false);
  });

  it("restarts for a good definition whatever its backups have put beside its data", async () => {
    for (const place of ["copies/mine", "drill", "postgres.before", "postgres.restore"])
      vm.write(`data/stage/${place}/pgdata/PG_VERSION`, "16\n");
    bring("incoming", "next");
    const { code, output } = await deploy();
    expect(code, output).to.equal(0);
    expect(made()).to.deep.equal(["next, held"]);
  });

  it("goes back once at most when an older compose called its definition otherwise", async () => {
    for (const kept of ["database-hash", "older-database-hash"])
      vm.write(`base/env/stage/releases/old/${kept}`, "other\n");
    for (const goesBack of [true, false]) {
      const { output } = await settle();
      expect(output.includes("rolls back to the definition of old")).to.equal(goesBack);
    }
  });

  it("is put back when its release fails later", async () => {
    release = "another";
    bring("incoming", "next");
    expect((await deploy()).code).to.equal(1);
    await settle();
    expect(made()).to.deep.equal(["next, held", "old, held"]);
  });

  it("is started again when what serves is deployed again, and it is dead", async () => {
    release = "old";
    const dead = vm.read("made.onebox-stage-database").replace("real: healthy", "real: exited");
    vm.write("made.onebox-stage-database", dead);
    bring("incoming", "old");
    const { code, output } = await deploy();
    expect(code, output).to.equal(0);
    expect(output).not.to.include("serves old already");
    expect(made()).to.have.length(1);
  });
});
