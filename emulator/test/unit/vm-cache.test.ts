import { execFileSync, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

const program = join(import.meta.dirname, "../../vms/build.sh");

describe("the cache of virtual machines' systems", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "onebox-vm-cache-"));
  });
  afterEach(() => rmSync(place, { recursive: true }));

  it("keeps the one that is asked for, and forgets others after a month", () => {
    // An engine that has the host's image, and says what else it is asked for before it fails.
    const engine = `#!/bin/sh\necho "$@" >>${place}/asked\n[ "$1" = image ]\n`;
    writeFileSync(join(place, "docker"), engine, { mode: 0o755 });
    const PATH = `${place}:${process.env.PATH}`;
    const env = { ...process.env, PATH, XDG_CACHE_HOME: place };
    expect(spawnSync(program, { env }).status).to.equal(1);
    const asked = readFileSync(join(place, "asked"), "utf8");
    const [, name = ""] = /onebox\/vm:(\w+)/.exec(asked) ?? [];
    const cache = join(place, "onebox/vms");
    for (const [folder, days] of [
      [name, 40],
      ["old", 40],
      ["young", 20],
    ] as const) {
      mkdirSync(join(cache, folder), { recursive: true });
      const used = new Date(Date.now() - days * 86_400_000);
      utimesSync(join(cache, folder), used, used);
    }
    expect(execFileSync(program, { env, encoding: "utf8" })).to.equal(`${join(cache, name)}\n`);
    expect(readdirSync(cache)).to.have.members([name, "young"]);
    execFileSync(program, { env });
    expect(readdirSync(cache)).to.have.members([name, "young"]);
  });
});
