import { expect } from "chai";
import { part } from "./parts.ts";
import { clone, containers, request, run, serving } from "./rehearsal.ts";

part("reboot").describe("a reboot of the VM", () => {
  it("brings both environments back by itself, with their data", async () => {
    // A VM that still goes down answers too, so it is asked when it came up.
    const cameUp = ["systemctl show --property=UserspaceTimestampMonotonic"];
    const before = (await run(0, "ssh.sh", cameUp)).stdout;
    await run(0, "ssh.sh", ["systemd-run --quiet --on-active=1 systemctl reboot"]);
    const deadline = Date.now() + 600_000;
    const answers = async () => {
      const codes = [request("stage", "/readyz"), request("prod", "/only-on-prod")];
      return (await Promise.all(codes)).map((answer) => answer.status).join(" ");
    };
    const rebooted = async () => {
      const { code, stdout } = await clone.run("ssh.sh", cameUp);
      return code === 0 && stdout !== before;
    };
    const back = async () => (await rebooted()) && (await answers().catch(() => "")) === "200 302";
    while (!(await back())) {
      expect(Date.now()).to.be.below(deadline);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });
});

part("new VM").describe("a new VM in the old one's place", () => {
  it("serves both environments at the same address, with their data, after one deploy each", async () => {
    const [stage, prod] = [await serving("stage"), await serving("prod")];
    const old = await containers("prod");
    await run(0, "terraform.sh", [
      "server",
      "apply",
      "-auto-approve",
      "-no-color",
      "-replace=hcloud_server.server",
    ]);
    const { output } = await run(0, "deploy.sh", ["stage", "--image", stage.image]);
    expect(output).to.match(/^ {2}! prod is not on this server yet: scripts\/deploy\.sh prod$/m);
    await run(0, "deploy.sh", ["prod", "--image", prod.image]);
    expect(await containers("prod")).not.to.equal(old);
    expect((await serving("prod")).address).to.equal(prod.address);
    expect((await serving("prod")).digest).to.equal(prod.digest);
    expect((await request("prod", "/only-on-prod")).status).to.equal(302);
  });
});
