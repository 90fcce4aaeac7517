import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";
import { command } from "../support/control.ts";

describe("onebox-cloud-control", () => {
  let cloud: TestCloud;
  const data = temporaryDirectory();
  before(async () => {
    cloud = await startCloud({ data });
  });
  after(async () => {
    await cloud.stop();
    rmSync(data, { recursive: true });
  });

  it("wish, list and clear", async () => {
    const args = ["error", "--status", "504", "--path", "/volumes*", "--until-cleared"];
    expect((await command(data, "fault", ...args)).stdout).to.contain("until cleared");
    expect((await cloud.api.get("/volumes")).body.error.code).to.equal("timeout");
    expect((await command(data, "fault", "list")).stdout).to.match(/^\d+ {2}error .*status=504/);
    expect((await command(data, "fault", "clear")).code).to.equal(0);
    expect((await cloud.api.get("/volumes")).status).to.equal(200);
  });

  it("drift, and move time", async () => {
    const { id } = await cloud.api.made("/firewalls", { name: "old" });
    await command(data, "fault", "drift", "PUT", `/firewalls/${id}`, '{"name":"new"}');
    expect((await cloud.api.get(`/firewalls/${id}`)).body.firewall.name).to.equal("new");
    const began = Date.now();
    expect((await command(data, "clock", "hold")).stdout).to.contain("held  instant");
    expect((await command(data, "clock", "advance", "90")).code).to.equal(0);
    expect((await command(data, "clock", "release")).stdout).to.contain("running");
    const stoodStill = Date.now() - began; // for this long at most
    const ahead = cloud.clock.now().getTime() - Date.now();
    expect(ahead).to.be.within(90_000 - stoodStill, 90_000);
  });

  for (const args of [
    [],
    ["storm"],
    ["fault"],
    ["fault", "flood"],
    ["fault", "error", "--times", "x"],
    ["fault", "error", "--what"],
    ["fault", "clear", "99"],
    ["clock", "advance", "5"],
    ["clock", "back"],
    ["token", "create"],
  ]) {
    it(`refuse '${args.join(" ")}' in one line`, async () => {
      const { code, stderr } = await command(data, ...args);
      expect(code).to.equal(2);
      expect(stderr).to.match(/^onebox-cloud-control: .+\n$/);
    });
  }

  for (const [args, words] of [
    [["--help"], "onebox-cloud-control DIR COMMAND"],
    [[data, "fault", "--help"], "onebox-cloud-control DIR fault KIND"],
    [[data, "env", "-h"], "onebox-cloud-control DIR env"],
  ] as const) {
    it(`explains itself: ${args.slice(-2).join(" ")}`, async () => {
      const { code, stdout } = await command(...args);
      expect(code).to.equal(0);
      expect(stdout)
        .to.match(/^Usage: /)
        .and.contain(words);
    });
  }

  it("says where the cloud is, for a shell", async () => {
    const { stdout } = await command(data, "env");
    const read = 'eval "$0"; printf "%s %s %s" "$HCLOUD_ENDPOINT" "$HCLOUD_TOKEN" "$ONEBOX_DNS"';
    const seen = execFileSync("sh", ["-c", read, stdout]).toString();
    expect(seen).to.equal(`${cloud.endpoint} ${cloud.token} ${cloud.dns}`);
  });

  it("says how to start a cloud that is not there, as its caller would", async () => {
    const nowhere = temporaryDirectory();
    const { code, stderr } = await command(nowhere, "env");
    expect(code).to.equal(2);
    expect(stderr).to.equal(
      "onebox-cloud-control: there is no local cloud: onebox-cloud --data DIR\n",
    );
    process.env.ONEBOX_PROGRAM = "scripts/cloud.sh";
    const own = await command(nowhere, "console", "web");
    delete process.env.ONEBOX_PROGRAM;
    expect(own.stderr).to.equal("cloud.sh: there is no local cloud: scripts/cloud.sh start\n");
    writeFileSync(join(nowhere, "cloud.json"), "{");
    expect((await command(nowhere, "env")).stderr).to.match(/^onebox-cloud-control: .* read\n$/);
    rmSync(nowhere, { recursive: true });
  });
});
