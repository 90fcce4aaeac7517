import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect } from "chai";
import { Vm } from "../support/vm.ts";
import { part } from "./parts.ts";
import { clone, run, serving } from "./rehearsal.ts";

/** A network that stands for a proxy's. */
const PROXIES = "203.0.113.0/24";

part("guarded").describe("a server that answers proxies only, and SSH from here only", () => {
  let vm: Vm;
  let image: string;
  let config: string;
  const configure = (more: string) =>
    clone.write("onebox.config.ts", config.replace("  registry:", `  ${more},\n  registry:`));
  const deploy = () => ["stage", "--image", image];
  /** Whether a visitor from this computer is answered; who is not is left without a word. */
  const answers = async (timeout = 60_000) => {
    const address = await vm.address();
    return new Promise<boolean>((resolve) => {
      const headers = { host: "stage.onebox.localhost" };
      const asked = request({ host: address, path: "/readyz", headers, timeout }, () =>
        resolve(true),
      );
      asked.on("timeout", () => asked.destroy()).on("error", () => resolve(false));
      asked.end();
    });
  };

  before(async () => {
    vm = new Vm(clone.directory);
    ({ image } = await serving("stage"));
    config = readFileSync(join(clone.directory, "onebox.config.ts"), "utf8");
    // As whoever keeps the zone has made it: each host leads to the proxy.
    const records = [{ value: PROXIES.replace("0/24", "7") }];
    const rrsets = ["@", "stage", "previews.stage"].map((name) => ({ name, type: "A", records }));
    await vm.ask("POST", "/zones", { name: "onebox.localhost", mode: "primary", rrsets });
  });
  after(async () => {
    await vm.ask("DELETE", "/zones/onebox.localhost");
    clone.write("onebox.config.ts", config);
    await run(0, "deploy.sh", deploy());
    expect(await answers()).to.equal(true);
  });

  it("is not deployed by whom it would lock out", async () => {
    configure('ssh: { allow: ["192.0.2.0/24"] }');
    const { output } = await run(2, "deploy.sh", deploy());
    expect(output).to.match(/^ssh\.allow: would lock out this computer.*"127\.0\.0\.1\/32"$/m);
    await run(0, "ssh.sh", ["true"]);
  });

  it("is deployed and looked at through SSH, and answers nobody else", async () => {
    configure(
      `ssh: { allow: ["127.0.0.1/32"] }, dns: { zones: [], trustedProxies: ["${PROXIES}"] }`,
    );
    expect(await answers()).to.equal(true);
    const { output } = await run(0, "deploy.sh", deploy());
    expect(output).to.match(/✓ verify +stage\.onebox\.localhost answers with/);
    expect(output).to.match(/^ {2}curl http:\/\/stage\.onebox\.localhost\/version$/m);
    expect(await answers(3000)).to.equal(false);
    await run(0, "deploy.sh", deploy());
  });
});
