import { expect } from "chai";
import { containers, run } from "./rehearsal.ts";

describe("deploy again with nothing changed", () => {
  for (const environment of ["stage", "prod"] as const) {
    it(`${environment}: restarts no container`, async () => {
      const before = await containers(environment);
      await run(0, "deploy.sh", [environment]);
      expect(await containers(environment)).to.equal(before);
    });
  }

  for (const stack of ["server", "stage", "prod"]) {
    it(`${stack}: Terraform plans no change`, async () => {
      await run(0, "terraform.sh", [stack, "plan", "-no-color", "-detailed-exitcode"]);
    });
  }
});
