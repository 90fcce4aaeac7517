import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { isAlive } from "../../../cli/left.ts";
import { poll } from "../../../cli/poll.ts";
import { root } from "../../../config/load.ts";

describe("scripts/lib/packages.sh", () => {
  let clone: string;

  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), "onebox-packages-test-"));
    mkdirSync(join(clone, "scripts/lib"), { recursive: true });
    mkdirSync(join(clone, "bin"));
    copyFileSync(join(root, "scripts/lib/packages.sh"), join(clone, "scripts/lib/packages.sh"));
  });

  afterEach(() => rmSync(clone, { recursive: true, force: true }));

  const run = (npm: string) => {
    writeFileSync(join(clone, "bin/npm"), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
    const PATH = `${join(clone, "bin")}:${process.env.PATH}`;
    return spawn(join(clone, "scripts/lib/packages.sh"), ["stamp"], {
      ...{ env: { ...process.env, PATH }, stdio: "ignore" },
    });
  };

  it("leaves no npm at work when it is interrupted", async () => {
    const file = join(clone, "npm.pid");
    const script = run(`echo $$ >${file}.part; mv ${file}.part ${file}; exec sleep 600`);
    const ended = once(script, "exit");
    while (!existsSync(file) && script.exitCode === null) await sleep(20);
    script.kill("SIGTERM");
    expect((await ended)[0]).to.equal(143);
    const npm = Number(readFileSync(file, "utf8"));
    const alive = () => isAlive(npm);
    const left = await poll(alive, (yes) => !yes, { within: 60_000, pause: 20 });
    if (left) process.kill(npm);
    expect(left).to.equal(false);
  });

  it("brings the pinned Node where npm was told to run no scripts", async () => {
    const bin = join(clone, "node_modules/.bin");
    const node = `mkdir -p ${bin}; echo 'echo v24' >${bin}/node; chmod +x ${bin}/node`;
    const script = run(`if [ "$*" = "rebuild --ignore-scripts=false node" ]; then ${node}; fi`);
    expect((await once(script, "exit"))[0]).to.equal(0);
    expect(readFileSync(join(clone, "node_modules/.onebox-stamp"), "utf8")).to.equal("stamp\n");
  });

  it("fails with npm, and leaves no stamp", async () => {
    expect((await once(run("exit 7"), "exit"))[0]).to.equal(1);
    expect(existsSync(join(clone, "node_modules/.onebox-stamp"))).to.equal(false);
  });
});
