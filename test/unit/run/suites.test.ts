import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { expect } from "chai";
import { root } from "../../../config/load.ts";
import {
  inTier,
  mayBreak,
  suites,
  suitesFor,
  suitesOf,
  suitesWithoutDemo,
} from "../../run/suites.ts";

const files = execFileSync("git", ["-C", root, "ls-files", "-co", "--exclude-standard"])
  .toString()
  .split("\n")
  .filter((file) => file !== "" && !file.startsWith("app/")); // a user's own tests are the user's

describe("the suites", () => {
  it("have each test of the tree in exactly one of them", () => {
    for (const file of files.filter((each) => /\.test\.[jt]s$/.test(each))) {
      const having = suites.filter(({ tests }) => tests.some((each) => matchesGlob(file, each)));
      expect(
        having.map(({ name }) => name),
        file,
      ).to.have.length(1);
    }
  });

  it("run the tests that their own settings name", () => {
    for (const { name, command, tests } of suites) {
      if (command.kind !== "mocha" || command.arguments.includes("--no-config")) continue;
      if (!existsSync(join(root, command.from))) continue; // server/ has made room for another app
      const at = command.arguments.indexOf("--config");
      const settings = at < 0 ? ".mocharc.json" : (command.arguments[at + 1] ?? "");
      const { spec } = JSON.parse(readFileSync(join(root, command.from, settings), "utf8"));
      for (const file of files.filter((each) => tests.some((test) => matchesGlob(each, test)))) {
        const run = [spec].flat().some((each) => matchesGlob(file, join(command.from, each)));
        expect(run, `${name}: ${file}`).to.equal(true);
      }
    }
  });

  it("leave out in a sample only files that are there", () => {
    for (const { name, command, tests, sample } of suites) {
      if (sample?.files === undefined || command.kind !== "mocha") continue;
      const { by, among } = sample.files;
      expect(sample.default, name).to.include.keys(by);
      expect(sample.long[by], name).to.equal("all");
      const own = files.filter((each) => tests.some((test) => matchesGlob(each, test)));
      expect(own, name).to.include.members(among.map((file) => join(command.from, file)));
    }
  });

  it("are fewer where another app is deployed: none tests server/, or runs in it", () => {
    const names = suitesWithoutDemo(suites).map(({ name }) => name);
    expect(names).to.include.members(["lint", "shell", "types", "unit", "edge", "emulator"]);
    for (const { name, command, stage } of suites) {
      const isDemo = stage === true || (command.kind === "mocha" && command.from === "server");
      if (isDemo) expect(names).not.to.include(name);
    }
  });

  it("have names of their own, and in each tier those of the smaller ones", () => {
    expect(new Set(suites.map(({ name }) => name)).size).to.equal(suites.length);
    expect(suitesOf("default")).to.include.members(suitesOf("fast"));
    expect(suitesOf("long")).to.have.members(suites);
  });

  it("run alone when they count requests", () => {
    const alone = suites.filter(({ lane }) => lane === "alone").map(({ name }) => name);
    expect(alone).to.include("traffic");
    const previews = suites.filter(({ name }) => name === "previews");
    expect(previews.map((suite) => inTier(suite, "default").lane)).to.deep.equal(["shared"]);
    expect(previews.map((suite) => inTier(suite, "long").lane)).to.deep.equal(["alone"]);
  });

  it("are those of what has changed", () => {
    const names = (...changed: string[]) => suitesFor(changed, suites).map(({ name }) => name);
    const always = ["lint", "shell", "workflows", "types", "unit"];
    expect(names()).to.deep.equal([]);
    expect(names("docs/releases.md")).to.deep.equal(always);
    expect(names("webhook/app.ts")).to.have.members([...always, "webhook", "ways"]);
    expect(names("host/release/release")).to.include.members([
      "traffic",
      "faults",
      "kill",
      "previews-killed",
    ]);
    expect(names("test/kill/points.ts")).to.have.members([...always, "together", "kill"]);
    // What tests import, however far away it is.
    expect(names("test/stage/use.ts")).to.include.members(["ways", "previews", "faults", "kill"]);
    expect(names("test/support/label.ts")).to.include.members(["edge", "database", "backups"]);
    expect(names("package-lock.json")).to.include.members(["server", "emulator", "rehearsal"]);
  });

  it("may be broken by whatever is not other suites' tests alone", () => {
    const broken = (file: string) =>
      suites.filter((suite) => mayBreak(suite)(file)).map(({ name }) => name);
    const all = suites.map(({ name }) => name);
    for (const file of [
      ...["package-lock.json", "toolchain/checksums", "docs/releases.md", "server/new.ts"],
      ...["test/support/clone.ts", "test/fixtures/new", "test/run/execute.ts"],
      ...["test/run/suites/alone.ts", "emulator/serve.ts", "host/release/release"],
    ]) {
      expect(broken(file), file).to.deep.equal(all);
    }
    expect(broken("test/kill/points.ts")).to.include.members(["kill", "together", "unit", "lint"]);
    expect(broken("test/kill/points.ts")).to.not.include.members(["faults", "backups-vm"]);
    expect(broken("test/backups/vm/scene.ts")).to.include.members(["backups-vm", "survival"]);
    expect(broken("test/unit/new.test.ts")).to.not.include("kill");
    expect(broken("emulator/test/support/client.ts")).to.include.members(["emulator", "machines"]);
  });

  it("cover every part of the tree with more than lint, types and unit tests", () => {
    const parts = new Set(files.filter((file) => file.includes("/")).map((f) => f.split("/")[0]));
    // Words, measurements, and what other people's programs read.
    for (const part of ["docs", ".github", ".ci", ".devcontainer", "test"]) {
      parts.delete(part);
    }
    for (const part of parts) {
      expect(suitesFor([`${part}/file`], suites).length, part).to.be.above(5);
    }
  });
});
