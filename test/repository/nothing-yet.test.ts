import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { cloneInSpacedPath } from "../fixtures/spaced-clone.ts";
import type { Clone } from "../support/clone.ts";

/** Commands that lack a file of this computer's, with what they say: they do not look for a server first. */
const lacking: [string[], number, RegExp][] = [
  [["db.sh", "stage", "load", "no.dump", "--yes"], 2, /^db\.sh: no\.dump is not there$/m],
  [["db.sh", "stage", "dump", "README.md"], 2, /^db\.sh: README\.md is there already$/m],
  [["db.sh", "prod", "copy", "stage"], 2, /^db\.sh: hooks\/anonymise\.sql is missing: /m],
];

/** Commands that look, or work on what is there, with what they end with and say where nothing was deployed yet. */
const commands: [string[], number, RegExp][] = [
  ...["stage", "prod", "all"].map((what): [string[], number, RegExp] => [
    ["destroy.sh", what, "--data", "--yes"],
    0,
    /^There is nothing to destroy: /m,
  ]),
  [["deploy.sh", "prod"], 2, /: there is no server yet, so stage serves nothing /m],
  [["plan.sh", "stage"], 2, /: there is no server yet, so there is nothing to compare with/m],
  [["plan.sh"], 0, /^ +hcloud_server\.server +cx\d+ in /m],
  [["preview.sh", "list"], 0, /^There are no previews\.$/m],
  ...[
    ["logs.sh", "stage"],
    ["ssh.sh", "true"],
    ["releases.sh", "stage"],
    ["drift.sh"],
    ["cancel.sh", "stage"],
    ["rollback.sh", "stage"],
    ["promote.sh", "stage"],
    ["maintenance.sh", "stage", "status"],
    ["db.sh", "stage", "size"],
    ["webhook.sh", "status"],
    ["preview.sh", "down", "main"],
  ].map((words): [string[], number, RegExp] => [
    words,
    2,
    /: there is no server yet; run: scripts\/deploy\.sh stage$/m,
  ]),
];

describe("in a clone from which nothing was deployed yet", function () {
  this.timeout(120_000);
  let clone: Clone;
  let parent: string;
  before(() => {
    ({ clone, parent } = cloneInSpacedPath());
  });
  after(() => {
    clone.remove();
    rmSync(parent, { recursive: true, force: true });
  });

  it("status.sh brings the packages, says so in one line, and starts nothing", async () => {
    const npm = join(parent, "npm"); // installs this tree's packages
    const packages = join(root, "node_modules");
    writeFileSync(
      npm,
      `#!/bin/sh\nmkdir node_modules && ln -s "${packages}"/* "${packages}"/.bin node_modules\n`,
    );
    chmodSync(npm, 0o755);
    const before = readdirSync(clone.directory);
    const env = { PATH: `${parent}:${process.env.PATH}` };
    const { code, output, stdout } = await clone.run("status.sh", [], { env });
    expect(code, output).to.equal(0);
    const said = output.slice(0, -stdout.length).split("\n");
    expect(said).to.have.length(3);
    expect(said[0]).to.match(
      /^ {2}… npm +installs the packages that every script here needs \(npm ci\)$/,
    );
    expect(said[1]).to.match(/^ {2}✓ npm +Node v/);
    expect(stdout).to.match(/^stage +http:\S+ +- +nothing yet /m);
    const made = readdirSync(clone.directory).filter((name) => !before.includes(name));
    expect(made.sort()).to.deep.equal([".onebox", "node_modules"]);
    expect(existsSync(join(clone.directory, ".onebox/cloud"))).to.equal(false);
  });

  for (const [[script = "", ...words], expected, said] of [...commands, ...lacking]) {
    it(`${[script, ...words].join(" ")} starts nothing`, async () => {
      const { code, output } = await clone.run(script, words);
      expect(code, output).to.equal(expected);
      expect(output).to.match(said);
      expect(existsSync(join(clone.directory, ".onebox/cloud/cloud.json"))).to.equal(false);
    });
  }
});
