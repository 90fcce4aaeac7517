import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { curlLine } from "../support/operator.ts";
import { useOtherKeys } from "../support/secrets.ts";
import { clone, run } from "./ways.ts";

describe("another app, in another language, without a database", () => {
  const config = ["--config", "test/fixtures/other-app/onebox.config.ts"];

  before(() => useOtherKeys(clone));
  after(() => {
    clone.git("checkout", "--", ".");
  });

  it("deploys by configuration alone, on a server of its own", async () => {
    for (const environment of ["stage", "prod"]) {
      const { output } = await run(0, "deploy.sh", [environment, ...config]);
      const answer = execFileSync("bash", ["-c", curlLine(output)], { stdio: "pipe" }).toString();
      expect(answer).to.match(
        new RegExp(`^hello from perl in ${environment}, release [0-9a-f]{12}-[0-9a-f]{4}\n$`),
      );
    }
  });

  it("is taken down without touching the first one", async () => {
    await run(0, "destroy.sh", ["all", "--data", "--yes", ...config]);
    clone.git("checkout", "--", ".");
    const { output } = await run(0, "status.sh", []);
    expect(output).to.match(/^stage .* healthy/m);
  });
});
