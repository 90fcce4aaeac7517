import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { begin, end, site, storage } from "./scene.ts";

describe("the files beside a database", () => {
  const file = (name: string) => join(site.data, name);
  const read = (name: string) => readFileSync(file(name), "utf8");
  let moment: string;

  before(begin);
  after(end);

  it("are backed up with it, unreadable in the storage", async () => {
    mkdirSync(file("uploads"));
    writeFileSync(file("uploads/cat.txt"), "the first cat");
    writeFileSync(file("releases.tsv"), "a release\n");
    await site.must("backup", "incr");
    moment = new Date().toISOString();
    await sleep(1500);
    const stored = storage.files(/\/files\//);
    expect(stored.length).to.be.above(3);
    for (const each of stored) expect(readFileSync(each).includes("the first cat")).to.equal(false);
  });

  it("come back with it to an earlier moment; the history of releases does not", async () => {
    writeFileSync(file("uploads/cat.txt"), "the second cat");
    writeFileSync(file("uploads/new.txt"), "new");
    writeFileSync(file("releases.tsv"), "another release\n");
    await site.must("backup", "full");
    await site.must("restore", "--time", moment);
    expect(read("uploads/cat.txt")).to.equal("the first cat");
    expect(existsSync(file("uploads/new.txt"))).to.equal(false);
    expect(read("releases.tsv")).to.equal("another release\n");
    expect(read("files.before/uploads/new.txt")).to.equal("new");
    expect(existsSync(file("files.restore"))).to.equal(false);
  });

  it("stay as they are when the app is not ready with them", async () => {
    const unready = join(site.place, "run", site.environment, "unready");
    writeFileSync(file("uploads/cat.txt"), "the third cat");
    writeFileSync(unready, "");
    expect((await site.run("restore", "--time", moment)).code).to.equal(1);
    await site.must("restore", "--settle");
    rmSync(unready);
    expect(read("uploads/cat.txt")).to.equal("the third cat");
  });

  it("are looked at beside the live ones", async () => {
    const output = await site.must("database-copy", "look", "--time", moment);
    const path = join(site.data, "copies/look/files");
    expect(output).to.include(path);
    const cat = join(path, site.environment, "uploads/cat.txt");
    expect(readFileSync(cat, "utf8")).to.equal("the first cat");
    await site.must("database-copy", "look", "--remove");
  });

  it("are found to be damaged by what a drill looks at when a bit in the storage was flipped", () => {
    const packs = storage.files(/\/files\/.*\/data\//);
    const flip = () => {
      for (const pack of packs) {
        const content = readFileSync(pack);
        content[20] = (content[20] as number) ^ 1;
        writeFileSync(pack, content);
      }
    };
    site.bash("check_files");
    flip();
    expect(() => site.bash("check_files")).to.throw();
    flip();
    site.bash("check_files");
  });

  it("are all there on a new VM", async () => {
    await site.must("backup", "incr");
    const held = [read("uploads/cat.txt"), read("releases.tsv")];
    site.vanish();
    site.bash("image=onebox/database:17.11-trixie; bring_back");
    expect([read("uploads/cat.txt"), read("releases.tsv")]).to.deep.equal(held);
  });
});
