import { expect } from "chai";
import { containers, run } from "./rehearsal.ts";

describe("deploy again with nothing changed", () => {
  for (const environment of ["stage", "prod"] as const) {
    it(`${environment}: restarts no container, and takes under 10 s`, async () => {
      const before = await containers(environment);
      const { seconds } = await run(0, "deploy.sh", [environment]);
      expect(await containers(environment)).to.equal(before);
      expect(seconds).to.be.below(10);
    });
  }

  for (const stack of ["server", "stage", "prod"]) {
    it(`${stack}: Terraform plans no change`, async () => {
      await run(0, "terraform.sh", [stack, "plan", "-no-color", "-detailed-exitcode"]);
    });
  }
});
