import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Night } from "./night.ts";

const app = `ghcr.io/you/onebox@sha256:${"ab".repeat(32)}`;

describe("the nightly scan of what runs", () => {
  let job: Night;
  before(() => {
    job = new Night();
    return job.begin();
  });
  after(() => job.end());

  /** Runs the step with a Grype that notes how it was called, and finds this in each image. */
  async function night(matches: object[], images = JSON.stringify([app, "traefik:v3.7.6"])) {
    const grype = join(job.clone.directory, ".git/grype");
    const report = JSON.stringify({ matches });
    const program = `#!/bin/sh\necho "$* as \${GRYPE_REGISTRY_AUTH_USERNAME:-nobody}" >>"$0.log"\n`;
    writeFileSync(grype, `${program}echo '${report}'\n`, { mode: 0o755 });
    return job.run("ci/scan-running.sh", {
      ...{ GRYPE: grype, IMAGES: images },
      ...{ REGISTRY: "ghcr.io", REGISTRY_USER: "me", REGISTRY_PASSWORD: "job-token" },
    });
  }
  const found = {
    vulnerability: { id: "CVE-2026-1", severity: "High", fix: { state: "fixed", versions: ["2"] } },
    artifact: { name: "openssl", version: "1" },
  };

  it("keeps one issue while an image is over the budget, and closes it", async () => {
    const bad = await night([found]);
    expect(bad.code, bad.output).to.equal(0);
    expect(job.github.issues[0]?.title).to.equal("What runs has known vulnerabilities");
    expect(job.github.issues[0]?.body)
      .to.include(`\`${app}\``)
      .and.include("CVE-2026-1 (high) in openssl 1, mended in 2");
    expect((await night([])).output).to.include("issue: closed");
  });

  it("shows the registry's login to that registry, and to no other", () => {
    const calls = readFileSync(join(job.clone.directory, ".git/grype.log"), "utf8").split("\n");
    expect(calls.slice(0, 2)).to.deep.equal([
      `registry:${app} --quiet --output json as me`,
      "registry:traefik:v3.7.6 --quiet --output json as nobody",
    ]);
  });

  it("scans nothing that is no image", async () => {
    const run = await night([], '["--config=/etc/passwd"]');
    expect(run.code, run.output).to.equal(2);
    expect(run.output).to.include("IMAGES is not what scripts/ci/running.sh hands over");
  });
});
