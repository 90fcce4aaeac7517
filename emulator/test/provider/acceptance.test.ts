import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";
import { CANNOT_PASS } from "./cannot-pass.ts";
import { acceptanceTests, copySource, type Result, runAcceptance } from "./provider.ts";
import { leadStorageHost } from "./storage-host.ts";

describe("the acceptance tests of the Terraform provider's own", () => {
  const directory = temporaryDirectory();
  const source = join(directory, "provider");
  let cloud: TestCloud;
  let results: Map<string, Result>;

  before("run them", async () => {
    copySource(source);
    cloud = await startCloud();
    const host = await leadStorageHost(directory, cloud.endpoint);
    results = await runAcceptance(source, cloud, host.variables).finally(host.close);
  });
  after(async () => {
    await cloud?.stop();
    rmSync(directory, { recursive: true });
  });

  it("pass, but for those that cannot", () => {
    const tests = acceptanceTests(source);
    const count = (verdict: string) =>
      [...results.values()].filter((result) => result.verdict === verdict).length;
    const [passed, failed, skipped] = ["pass", "fail", "skip"].map(count);
    console.log(
      `      ${tests.length}: ${passed} pass, ${failed} fail, ${skipped} skip themselves`,
    );
    const left = tests.filter((name) => results.get(name)?.verdict !== "pass");
    const said = left.map((name) => (name in CANNOT_PASS ? "" : results.get(name)?.output));
    const page = readFileSync(new URL("../../docs/clients.md", import.meta.url), "utf8");
    expect(left.sort(), said.join("\n")).to.deep.equal(Object.keys(CANNOT_PASS).sort());
    expect(page).to.include(`${passed} of the ${tests.length} pass`);
  });
});
