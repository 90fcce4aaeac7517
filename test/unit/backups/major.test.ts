import { expect } from "chai";
import { majorOf, needNextMajor } from "../../../cli/backups/major.ts";
import type { Vm } from "../../../cli/vm/vm.ts";
import { root } from "../../../config/load.ts";

const compose = (image: string) => `services: { database: { image: "${image}" } }`;
const vm = (stdout: string) =>
  ({ run: async () => ({ stdout, stderr: "", code: 0 }) }) as unknown as Pick<Vm, "run">;

describe("an upgrade of Postgres", () => {
  it("is to the major version that the image's name tells", () => {
    expect(majorOf(compose("postgres:18.1-trixie"))).to.equal(18);
    expect(majorOf(compose("registry:5000/postgis/postgis:17-3.5"))).to.equal(17);
    expect(majorOf(compose("registry:5000/own"))).to.equal(undefined);
    expect(majorOf("nonsense")).to.equal(undefined);
  });

  it("is refused when the data are of it already, and where there are none", async () => {
    const said = (text: string) => needNextMajor(root, vm(text), "stage").catch(String);
    expect(await said("17\n")).to.include("put the next major version there first");
    expect(await said("17\n")).to.include("scripts/deploy.sh stage goes on with it"); // an upgrade that was interrupted
    expect(await said("99\n")).not.to.include("deploy.sh");
    expect(await said("")).to.include("stage has no database");
    expect(await said("16\n")).to.equal(undefined);
  });
});
