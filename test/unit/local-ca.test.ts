import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FailedError } from "../../cli/errors.ts";
import { startLocalCa } from "../../cli/local-ca/start.ts";

describe("the local cloud's CA", () => {
  it("says how to get its program where that is missing, and opens nothing", async () => {
    const cloud = mkdtempSync(join(tmpdir(), "onebox-ca-"));
    const coordinates = { endpoint: "http://127.0.0.1:9/v1", dns: "127.0.0.1:9" };
    const text = JSON.stringify({ ...coordinates, dns_for_servers: "127.0.0.1:9" });
    writeFileSync(join(cloud, "cloud.json"), text);
    const error = await startLocalCa(cloud, { PATH: join(cloud, "nothing") }).catch((e) => e);
    const opened = existsSync(join(cloud, "authority/door.json"));
    rmSync(cloud, { recursive: true });
    expect(error).to.be.instanceOf(FailedError).and.include({
      message: "Pebble is missing",
      next: "scripts/setup.sh local --tests",
    });
    expect(opened).to.equal(false);
  });
});
