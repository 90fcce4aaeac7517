import { expect } from "chai";
import type { ReleaseRecord } from "../../cli/vm/releases.ts";
import { part } from "./parts.ts";
import { onVm, request, run, serving } from "./rehearsal.ts";

describe("going back", () => {
  let newer: string;
  /** A number for each file that stage's releases hold. */
  const files = () => onVm("cd /opt/onebox/env/stage/releases && sha256sum */*");

  it("routes to the previous release, and Terraform agrees, but no release's files change", async () => {
    newer = (await serving("stage")).release;
    const before = await files();
    const { output } = await run(0, "rollback.sh", ["stage"]);
    const { release } = await serving("stage");
    expect(release).to.not.equal(newer);
    expect(output).to.include(`stage serves release ${release}`);
    expect((await request("stage", "/version")).release).to.equal(release);
    await run(0, "terraform.sh", ["stage", "plan", "-detailed-exitcode", "-no-color"]);
    expect(await files()).to.equal(before);
  });

  it("is in the list of releases: what, by whom, with which end", async () => {
    const { stdout } = await run(0, "releases.sh", ["stage", "--json"]);
    const last = (JSON.parse(stdout) as ReleaseRecord[]).at(-1);
    expect(last).to.include({
      action: "rollback",
      release: (await serving("stage")).release,
      by: "rehearsal@onebox.invalid",
      result: "served",
      kept: true,
      serving: true,
    });
  });

  it("goes forward by the same way", async () => {
    await run(0, "rollback.sh", ["stage"]);
    expect((await serving("stage")).release).to.equal(newer);
  });

  part("contract").it(
    "across a migration that took something away is refused, unless forced",
    async () => {
      const file = `/opt/onebox/env/stage/releases/${newer}/migrations`;
      expect(await onVm(`cat ${file}`)).to.match(/^20\d+_\w+\.ts$/m);
      await onVm(`echo '29990101_drop.ts contract' >>${file}`);
      const { output } = await run(1, "rollback.sh", ["stage"]);
      expect(output).to.match(
        /migration 29990101_drop\.ts took away what release \S+ may use; --force rolls back all the same/,
      );
      expect((await serving("stage")).release).to.equal(newer);
      await run(0, "rollback.sh", ["stage", "--force"]);
      expect((await serving("stage")).release).to.not.equal(newer);
    },
  );

  part("contract").it("is made good by the next deploy of the newer image", async () => {
    await onVm(`sed -i /29990101/d /opt/onebox/env/stage/releases/${newer}/migrations`);
    const image = await onVm(
      `sed -n s/^ONEBOX_IMAGE=//p /opt/onebox/env/stage/releases/${newer}/release.env`,
    );
    await run(0, "deploy.sh", ["stage", "--image", image.trim()]);
    expect((await serving("stage")).release).to.equal(newer);
  });

  it("to a release that is not there is refused in one line", async () => {
    const { output } = await run(1, "rollback.sh", ["stage", "--to", "000000000000-0000"]);
    expect(output).to.match(/release 000000000000-0000 is not here; scripts\/releases\.sh stage/);
  });
});
