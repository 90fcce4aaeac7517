import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sendDump } from "../../cli/backups/load.ts";
import { needDump } from "../../cli/dump-file.ts";
import { FailedError } from "../../cli/errors.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("a dump that is loaded on the VM", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.lead("route.blue");
  });
  afterEach(() => vm.remove());

  it("is the app's to read and write that owns nothing of it", async () => {
    const place = "base/env/stage/releases/old";
    const key = "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy";
    vm.write(`${place}/database-login`, `app_0123abcd ${key}\n`);
    vm.write(`${place}/database-rights`, "data\n");
    vm.write(`${place}/release.env`, "COMPOSE_PROFILES=database\n");
    vm.write("data/stage/loading/sum", "PGDMP");
    const { code, output } = await vm.run("load", ["sum"]);
    expect(code, output).to.equal(0);
    const [loaded = "", ...rest] = vm.read("log").split("END\n$$;");
    const granted = rest.join();
    expect(loaded).to.include("BEGIN;");
    expect(granted).to.include("GRANT app_data, pg_signal_backend TO app;");
    expect(granted).to.include("ALTER ROLE app_0123abcd LOGIN");
  });

  /** Sends so much of a dump; returns what is there then. */
  function send(dump: string, length = dump.length): string[] {
    const sum = createHash("sha256").update(dump).digest("hex");
    const env = { PATH: `${join(vm.state, "programs")}:${process.env.PATH}`, STATE: vm.state };
    const program = join(vm.state, "base/bin/take-dump");
    const input = dump.slice(0, length);
    execFileSync(program, ["stage", sum, `${dump.length}`], { env, input, stdio: "pipe" });
    return readdirSync(join(vm.state, "data/stage/loading"));
  }

  it("is there once all of it has come, until it was loaded, however that ended", async () => {
    const dump = "PGDMP and more";
    expect(() => send(dump, 9)).to.throw(/Command failed/);
    expect(readdirSync(join(vm.state, "data/stage/loading"))).to.deep.equal([]);
    expect(send(dump)).to.have.length(1);
    expect(send(dump, 0)).to.have.length(1); // it is there, and nothing more is asked for
    vm.write("data/stage/loading/other.part.1", "");
    const { code, output } = await vm.run("settle", [], { EXIT_CODE: "killed" });
    expect(code, output).to.equal(0);
    expect(readdirSync(join(vm.state, "data/stage/loading"))).to.deep.equal(["other.part.1"]);
  });

  it("is not taken where the volume has no room for it, and what it holds", () => {
    vm.write("programs/df", "#!/bin/bash\necho; echo disk 10240 1 1000 10% /\n");
    expect(() => send("PGDMP")).to.throw(/Command failed/);
    expect(existsSync(join(vm.state, "data/stage/loading"))).to.equal(false);
  });
});

describe("a file that is to be loaded", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "onebox-dump-"));
  });
  afterEach(() => rmSync(place, { recursive: true }));

  for (const [what, content] of Object.entries({
    "nothing in it": "",
    "a script of SQL": "--\n-- PostgreSQL database dump\n--\n",
    "a script in another encoding": "\xff\xfe-\0-\0\n\0",
    "a dump that is compressed again": "\x1f\x8b\x08PGDMP",
  }))
    it(`is refused here with ${what}`, () => {
      writeFileSync(join(place, "file"), content, "latin1");
      expect(() => needDump(join(place, "file"))).to.throw("no dump in pg_dump's custom format");
    });

  it("is refused here when it is none", () => {
    expect(() => needDump("/dev/null")).to.throw("no dump in pg_dump's custom format");
    expect(() => needDump(place)).to.throw("is a directory");
  });

  it("is sent to no VM from before dumps were taken, and what helps is said", async () => {
    const file = join(place, "file");
    writeFileSync(file, "PGDMP");
    const sent = await sendDump({ stream: async () => 127 }, "prod", file).catch((error) => error);
    expect(sent).to.be.instanceOf(FailedError);
    expect(sent.next).to.include("scripts/deploy.sh prod");
    const broken = await sendDump({ stream: async () => 1 }, "prod", file).catch((error) => error);
    expect(broken.next).to.equal(undefined);
  });

  it("is taken when it begins as a dump does", () => {
    writeFileSync(join(place, "file"), "PGDMP\x01\x10\0", "latin1");
    needDump(join(place, "file"));
  });
});
