import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { part } from "./parts.ts";
import { clone, containers, request, run, serving } from "./rehearsal.ts";

const hook = "hooks/before-deploy";

function writeHook(text: string): void {
  clone.write(hook, `#!/bin/sh\n${text}\n`);
  chmodSync(join(clone.directory, hook), 0o755);
  clone.commit("Change a hook");
}

part("maintenance").describe("maintenance", () => {
  it("shows its page on stage, and on stage only", async () => {
    await run(0, "maintenance.sh", ["stage", "on", "--message", "Back at <noon>."]);
    const { status: code, body } = await request("stage", "/");
    expect(code).to.equal(503);
    expect(body).to.include("Back at &#60;noon&#62;.");
    expect((await request("prod", "/readyz")).status).to.equal(200);
    const { stdout } = await run(0, "maintenance.sh", ["stage", "status"]);
    expect(stdout).to.match(/stage is in maintenance since .*\n +message +Back at <noon>\./);
  });

  it("stays while a release goes on behind it", async () => {
    const before = (await serving("stage")).release;
    writeHook('echo "$ONEBOX_PREVIOUS_RELEASE" >"$ONEBOX_ENVIRONMENT.before"');
    const { output } = await run(0, "deploy.sh", ["stage"]);
    expect(output).to.match(/✓ verify +stage\.\S+ is in maintenance; \S+ is behind it/);
    expect((await serving("stage")).release).not.to.equal(before);
    expect((await request("stage", "/readyz")).status).to.equal(503);
  });

  it("ends, and the new release answers", async () => {
    await run(0, "maintenance.sh", ["stage", "off"]);
    const { status: code, release } = await request("stage", "/readyz");
    expect(code).to.equal(200);
    expect(release).to.equal((await serving("stage")).release);
  });
});

part("maintenance").describe("a before-deploy hook that says no", () => {
  after(() => {
    rmSync(join(clone.directory, "hooks"), { recursive: true });
    rmSync(join(clone.directory, "stage.before"), { force: true });
    clone.commit("Remove the hook");
  });

  it("stops the deploy with nothing touched", async () => {
    writeHook("echo not on a Friday; exit 1");
    const before = await containers("stage");
    const { output } = await run(1, "deploy.sh", ["stage"]);
    expect(output).to.include("not on a Friday").and.to.include("nothing was touched");
    expect(await containers("stage")).to.equal(before);
  });
});
