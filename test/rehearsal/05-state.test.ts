import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { part } from "./parts.ts";
import { clone, run } from "./rehearsal.ts";
import { keepStateInBucket, stateBucket } from "./state.ts";

// Whatever comes after it keeps Terraform's state there; without it, in the clone.
part("bucket").describe("Terraform's state", () => {
  it("is kept in a bucket of the local cloud from here on, as at Hetzner", async () => {
    await keepStateInBucket("state");
    expect(existsSync(join(clone.directory, ".onebox/state"))).to.equal(false);
  });

  it("finds that bucket where it was after the cloud was stopped", async () => {
    const made = async () => (await run(0, "cloud.sh", ["bucket", "state"])).stdout;
    const before = await made();
    await run(0, "cloud.sh", ["stop"]);
    await run(0, "cloud.sh", ["start"]);
    expect((await stateBucket()?.ask("HEAD"))?.status).to.equal(200);
    expect(await made()).to.equal(before);
  });
});
