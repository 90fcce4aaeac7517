import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

/** A database that is healthy at the third look, and takes data from then on. */
const database = `case "$*" in
  *RestartCount*)
    echo look >>"$STATE/looks"
    if [ "$(wc -l <"$STATE/looks")" -lt 3 ]; then echo "hash 0 starting"; else echo "hash 0 healthy"; fi
    exit ;;
  *--list*) cat >/dev/null; exit ;;
  *pg_restore*) cat >>"$STATE/loaded" && [ "$(wc -l 2>/dev/null <"$STATE/looks")" -ge 3 ] && [ ! -e "$STATE/broken" ] && echo "COMMIT;"; exit ;;
esac
`;
const sql = "UPDATE users SET name = 'nobody';\n";
const checksum = (text: string) => createHash("sha256").update(text).digest("hex");

describe("a copy of prod's data, on the VM", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.lead("route.blue");
    vm.write("database", database);
    for (const name of ["stage", "prod"]) vm.write(`data/${name}/postgres/file`, "data");
    vm.write("programs/df", "#!/bin/bash\necho; echo disk 10240 1 9000 10% /\n");
    vm.write("stage/copy.sql", sql);
  });
  afterEach(() => vm.remove());

  const copy = (hash = checksum(sql)) => vm.run("copy", ["prod", hash]);
  const place = "data/stage/copying";
  const log = () => vm.read("log");

  it("does not begin where prod could run out of space by it", async () => {
    vm.write("programs/df", "#!/bin/bash\necho; echo disk 10240 1 900 10% /\n");
    const { code, output } = await copy();
    expect(output).to.match(/the volume has 900 MB left, and this needs 1\d{3} MB/);
    expect(code).to.equal(1);
    expect(log()).to.equal("");
  });

  it("keeps the only data that could not be put back the last time", async () => {
    vm.write(`${place}/before.dump`, "all of it");
    const { code, output } = await copy();
    expect(output).to.include("still to be put back");
    expect(code).to.equal(1);
    expect(vm.read(`${place}/before.dump`)).to.equal("all of it");
  });

  it("does not take SQL that somebody else brings meanwhile", async () => {
    vm.write("stage/copy.sql", "SELECT 1;\n");
    const { code, output } = await copy();
    expect(output).to.include("somebody else has brought other SQL");
    expect(code).to.equal(1);
    vm.write("stage/copy.sql", sql);
    await copy(); // fails later: nothing of the other's data is here
    expect(vm.read(`${place}/copy.sql`)).to.equal(sql);
    expect(existsSync(join(vm.state, "stage/copy.sql"))).to.equal(false);
  });

  it("is undone after the VM was started anew, when the database answers", async () => {
    vm.write(`${place}/before.dump`, "all of it");
    const { code, output } = await vm.run("copy", ["--settle"]);
    expect(output).to.include("the data from before are there again");
    expect(code, output).to.equal(0);
    expect(vm.read("loaded")).to.equal("all of it");
    expect(existsSync(join(vm.state, place))).to.equal(false);
    // What a migration has made since, of which the dump does not know, goes before it comes.
    expect(log()).to.match(/^BEGIN;.*DROP %s IF EXISTS.*\nCOMMIT;\n/ms);
  });

  it("commits nothing of a dump that cannot be read to its end", async () => {
    vm.write(`${place}/before.dump`, "half of it");
    vm.write("broken", "");
    const { output } = await vm.run("copy", ["--settle"]);
    expect(output).to.include("could not be loaded; they are in");
    expect(log()).not.to.include("COMMIT");
    expect(existsSync(join(vm.state, `${place}/before.dump`))).to.equal(true);
  });
});
