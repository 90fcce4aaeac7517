import { expect } from "chai";
import { troubledDisks } from "../../../cli/vm/disks.ts";

const levels = (size: number, free: number, name: "data" | "system" = "data") =>
  troubledDisks([{ name, size, free }]).map(({ level }) => level);

describe("the VM's disks", () => {
  it("are full when databases can hardly write", () => {
    expect(levels(10_000, 127)).to.deep.equal(["full"]);
    expect(levels(10_000_000, 0)).to.deep.equal(["full"]);
  });
  it("are low when little is left, by share and by number", () => {
    expect(levels(10_000, 999)).to.deep.equal(["low"]);
    expect(levels(10_000, 1000)).to.deep.equal([]);
    expect(levels(1_000_000, 2048)).to.deep.equal([]);
  });
  it("are named each with the command that helps", () => {
    const [data, system] = troubledDisks([
      { name: "data", size: 10_000, free: 0 },
      { name: "system", size: 40_000, free: 1000 },
    ]);
    expect(data?.line).to.match(/server\.volumeSize and deploy.*scripts\/ssh\.sh du/);
    expect(system?.line).to.match(/own disk has 1000 MB of 40000 MB left.*docker image prune/);
  });
});
