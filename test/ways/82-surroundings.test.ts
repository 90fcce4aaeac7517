import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { cloneInSpacedPath } from "../fixtures/spaced-clone.ts";
import type { Clone } from "../support/clone.ts";
import { leftSecrets } from "../support/left-secrets.ts";
import { drawn } from "../support/sample.ts";
import {
  allOf,
  callIn,
  prepareSurroundings,
  type Surroundings,
  surroundings,
} from "../support/surroundings.ts";

const names = Object.keys(surroundings(""));
const some = drawn("ONEBOX_SURROUNDINGS", names);

describe("a deploy in a clone in a path with a space and an umlaut", () => {
  let clone: Clone;
  let parent: string;
  let all: Record<string, Surroundings>;

  before(() => {
    ({ clone, parent } = cloneInSpacedPath());
    clone.lendPackages();
    const files = join(parent, "surroundings");
    prepareSurroundings(files);
    all = surroundings(files);
  });
  after(async () => {
    await clone.run("cloud.sh", ["reset", "--yes"]);
    clone.remove();
    rmSync(parent, { recursive: true, force: true });
  });

  async function deploys(where: Surroundings, script: string): Promise<void> {
    const { code, stdout, stderr } = await callIn(where, script, "stage");
    expect(code, `${stdout}${stderr}`).to.equal(0);
    expect(stdout).to.match(/^stage serves release [0-9a-f]{12}-[0-9a-f]{4} /m);
    expect(`${stdout}${stderr}`).not.to.match(/printed by a startup file|DEBUG|TRACE/);
    expect(leftSecrets()).to.deep.equal([]);
  }

  it("makes a server, whatever the caller's environment is like, through a link", async () => {
    const link = join(parent, "-a link");
    symlinkSync(join(clone.directory, "scripts/deploy.sh"), link);
    await deploys(allOf(all), link);
  });

  for (const name of some) {
    it(`goes well again with ${name}`, async () => {
      await deploys(all[name] ?? {}, join(clone.directory, "scripts/deploy.sh"));
    });
  }
});
