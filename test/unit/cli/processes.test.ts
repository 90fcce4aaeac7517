import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
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
    const { code, stdout } = await new Processes({ PATH: process.env.PATH }).run(
      "sh",
      ["-c", "sleep 30 & echo $!; kill -KILL $$"],
      { codes: "any" },
    );
    expect(code).to.equal(143);
    const gone = () => {
      try {
        return readFileSync(`/proc/${stdout.trim()}/stat`, "utf8").includes(") Z ");
      } catch {
        return true;
      }
    };
    for (let tries = 0; !gone() && tries < 1000; tries++) await sleep(10);
    expect(gone()).to.equal(true);
  });

  it("is heard out", async () => {
    const { stdout } = await run("(for each in 1 2 3 4; do sleep 0.3; echo $each; done) & echo 0");
    expect(stdout).to.equal("0\n1\n2\n3\n4\n");
    const much = await run("head -c 3000000 /dev/zero | tr '\\0' x");
    expect(much.stdout).to.have.length(3_000_000);
  });
});
