import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { Meter } from "../../run/processors.ts";

describe("what a suite costs", () => {
  /** Runs a program, below a shell that waits for it, as a suite. */
  async function run(meter: Meter, program: string) {
    const begun = meter.begin();
    await once(spawn("sh", ["-c", `${program}; true`]), "exit");
    return meter.end(begun);
  }
  const busy = `${process.execPath} -e 'for (let sum = 0; sum < 300_000;) {
    const { user, system } = process.cpuUsage();
    sum = user + system;
  }'`;

  it("is what its processes have used, not how long they took", async () => {
    const meter = new Meter();
    const other = meter.begin(); // beside them
    const working = await run(meter, busy);
    const idle = await run(meter, "sleep 1");
    expect(working.seconds).to.be.at.least(0.2); // the kernel counts in hundredths
    expect(idle.seconds).to.be.below(working.seconds);
    expect([working.partly, idle.partly]).to.deep.equal([true, true]);
    expect(meter.end(other)).to.deep.equal({ seconds: 0, partly: true });
  });

  it("is all that this computer does, where nothing else runs", async () => {
    const meter = new Meter();
    const { seconds, partly } = await run(meter, busy);
    expect(partly).to.equal(false);
    expect(seconds).to.be.at.least(0.2);
    expect(seconds).to.be.at.most(meter.together);
  });
});
