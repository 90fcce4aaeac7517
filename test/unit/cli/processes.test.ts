import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { isAlive } from "../../../cli/left.ts";
import { poll } from "../../../cli/poll.ts";
import { Processes } from "../../../cli/processes.ts";

describe("a program that has ended", () => {
  const run = (script: string) =>
    new Processes({ PATH: process.env.PATH }).run("sh", ["-c", script]);

  it("is done, whatever it has left running", async () => {
    const done = run("sleep 30 & echo $!").then(({ stdout }) => stdout);
    const job = Number(await Promise.race([done, sleep(20_000, "0", { ref: false })]));
    expect(job).to.be.greaterThan(0);
    process.kill(job); // it goes on: it is the program's own matter
  });

  it("takes along what it has started when it was killed", async () => {
    const { code, signal, stdout } = await new Processes({ PATH: process.env.PATH }).run(
      "sh",
      ["-c", "sleep 30 & echo $!; kill -KILL $$"],
      { codes: "any" },
    );
    expect([code, signal]).to.deep.equal([143, "SIGKILL"]);
    const gone = () => {
      try {
        return readFileSync(`/proc/${stdout.trim()}/stat`, "utf8").includes(") Z ");
      } catch {
        return true;
      }
    };
    expect(await poll(gone, Boolean, { within: 60_000, pause: 10 })).to.equal(true);
  });

  it("is heard out", async () => {
    // Longer in all than silence is waited for, and each gap a tenth of that, so that a busy machine cuts nothing off.
    const slowly = "for each in $(seq 20); do sleep 0.05; echo $each; done";
    const { stdout } = await run(`(${slowly}) & echo 0`);
    expect(stdout).to.equal(Array.from({ length: 21 }, (_, n) => `${n}\n`).join(""));
    const much = await run("head -c 3000000 /dev/zero | tr '\\0' x");
    expect(much.stdout).to.have.length(3_000_000);
  });
});

describe("a program whose output goes into a file", () => {
  let place: string;
  let output: number;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "onebox-stream-"));
  });
  afterEach(() => rmSync(place, { recursive: true }));
  const stream = (script: string) =>
    new Processes({ PATH: process.env.PATH }).stream("sh", ["-c", script], { output });

  it("has all of it there, byte by byte", async () => {
    output = openSync(join(place, "out"), "w");
    expect(await stream("head -c 3000000 /dev/zero | tr '\\0' '\\377'; exit 4")).to.equal(4);
    expect(readFileSync(join(place, "out")).equals(Buffer.alloc(3_000_000, 255))).to.equal(true);
  });

  it("fails where the disk is full, also when it ends with 0, as ssh does", async () => {
    output = openSync("/dev/full", "w");
    const wrong = await stream("echo something; exit 0").then(String, (error) => error.code);
    expect(wrong).to.equal("ENOSPC");
  });
});

describe("a run that is killed", function () {
  this.timeout(180_000);

  /** Says its number and then nothing more; ends as Terraform does, when it is asked to. */
  const quiet = `
    process.on("SIGINT", () => process.exit());
    setInterval(() => {}, 1000);
    console.log(process.pid);`;

  for (const way of ["run", "attach"]) {
    it(`leaves no program that it has begun with ${way}`, async () => {
      const script = `
        import { Processes } from ${JSON.stringify(new URL("../../../cli/processes.ts", import.meta.url))};
        const processes = new Processes({ PATH: process.env.PATH });
        const output = (text) => process.stdout.write(text);
        await processes.${way}("node", ["-e", ${JSON.stringify(quiet)}], { output });`;
      const run = spawn("node", ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [said] = await once(run.stdout, "data");
      const pid = Number(String(said));
      expect(isAlive(pid)).to.equal(true);
      run.kill("SIGKILL");
      const alive = () => isAlive(pid);
      const left = await poll(alive, (yes) => !yes, { within: 60_000, pause: 100 });
      expect(left).to.equal(false);
    });
  }
});
