import { expect } from "chai";
import { request, run, serving } from "./rehearsal.ts";

describe("looking at what runs", () => {
  it("status.sh shows a row for each environment", async () => {
    const { stdout } = await run(0, "status.sh");
    const { release, address } = await serving("stage");
    expect(stdout).to.match(
      new RegExp(
        `^stage +http://stage\\.onebox\\.localhost +${address} +${release} .* healthy `,
        "m",
      ),
    );
    expect(stdout).to.match(/^prod +http:\/\/onebox\.localhost /m);
  });

  it("status.sh --json says for machines what the VM says", async () => {
    const rows = JSON.parse((await run(0, "status.sh", ["--json"])).stdout);
    for (const [index, environment] of (["stage", "prod"] as const).entries()) {
      expect(rows[index]).to.include({ environment, ...(await serving(environment)) });
    }
  });

  it("logs.sh shows the app's and the edge's structured lines", async () => {
    await request("stage", "/version");
    const lines = async (args: string[]) => (await run(0, "logs.sh", args)).stdout;
    expect(await lines(["stage", "--since", "5m"])).to.match(/\{.*"\/version".*\}/);
    expect(await lines(["edge"])).to.match(/\{.*"RequestHost":"stage\.onebox\.localhost".*\}/);
    expect(await lines(["stage", "--service", "database"])).to.match(/ready to accept connections/);
  });

  it("ssh.sh ends with the command's own exit code", async () => {
    const { stdout } = await run(0, "ssh.sh", ["hostname"]);
    expect(stdout.trim()).to.equal("onebox");
    await run(7, "ssh.sh", ["exit 7"]);
  });
});
