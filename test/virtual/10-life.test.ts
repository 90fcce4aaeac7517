import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { commandLines } from "../support/arguments.ts";
import { Stage } from "../support/stage.ts";
import { until } from "../support/until.ts";
import { visit } from "../support/visit.ts";
import { type Load, startLoad } from "../traffic/load/load.ts";
import { tally } from "../traffic/load/tally.ts";

/** Seconds that only end a hang: a translated server on a busy computer takes its time. */
const PATIENCE = 3600;
/** Requests per second, as a translated server answers them. */
const RATE = 2;

describe("stage and prod on a server that is a virtual machine", () => {
  const stage = new Stage();
  let address: string;
  let load: Load | undefined;

  after(async () => {
    await load?.stop();
    await stage.remove();
  });

  const hosts = { stage: stage.host, prod: "onebox.localhost" };
  const ask = (environment: "stage" | "prod", path: string, form?: Record<string, string>) =>
    visit(address, hosts[environment], path, {}, form, 300);
  const status = async (environment: "stage" | "prod", path: string) =>
    (await ask(environment, path)).status;
  /** Runs a script, and says how long it took. */
  const run = async (script: string, ...args: string[]) => {
    const done = await stage.run(script, ...args);
    console.log(`      ${script} ${args.join(" ")}: ${done.seconds.toFixed(0)} s`);
    return done;
  };
  /** What an environment serves, as its status shows it: the VM is nobody's container. */
  const imageOf = async (environment: string) => {
    const { stdout } = await stage.run("status.sh", "--json");
    const rows = JSON.parse(stdout) as { environment: string; image: string }[];
    const row = rows.find((each) => each.environment === environment);
    if (row === undefined) throw new Error(`no ${environment} in ${stdout}`);
    return row.image;
  };

  it("are deployed", async () => {
    await run("cloud.sh", "start", "--driver", "qemu");
    await run("deploy.sh", "stage");
    address = await stage.vm.address();
    await run("deploy.sh", "prod");
    const link = { url: "https://example.com/kept", slug: "kept" };
    expect((await ask("prod", "/links", link)).status).to.equal(201);
    expect([await status("stage", "/readyz"), await status("prod", "/kept")]).to.deep.equal([
      ...[200, 302],
    ]);
  });

  it("are released without a failed request", async () => {
    stage.changeText();
    const plan = { address, host: stage.host, rate: RATE, patience: PATIENCE * 1000 };
    load = startLoad({ ...plan, seconds: PATIENCE });
    await sleep(5000);
    await run("deploy.sh", "stage");
    const { sent, failed, wrong, examples, releases, p50, max } = tally(await load.stop());
    console.log(`      ${sent} requests, ${failed} failed; median ${p50} ms, longest ${max} ms`);
    expect(failed + wrong, examples.join("\n")).to.equal(0);
    expect(Object.keys(releases)).to.have.length(2);
  });

  it("come back from a reboot", async () => {
    const began = performance.now();
    await stage.vm.act("reboot");
    await until("both answer", PATIENCE, async () => {
      const answers = [await status("stage", "/readyz"), await status("prod", "/kept")];
      return answers.join(" ") === "200 302";
    });
    console.log(`      both after ${((performance.now() - began) / 1000).toFixed(0)} s`);
  });

  it("move to a new server with their volume", async () => {
    const images = { stage: await imageOf("stage"), prod: await imageOf("prod") };
    const { id } = await stage.vm.server();
    const replace = "-replace=hcloud_server.server";
    await run("terraform.sh", "server", "apply", "-auto-approve", "-no-color", replace);
    expect((await stage.vm.server()).id).not.to.equal(id);
    await run("deploy.sh", "stage", "--image", images.stage);
    await run("deploy.sh", "prod", "--image", images.prod);
    expect(await status("prod", "/kept")).to.equal(302);
  });

  it("leave nothing when they are destroyed", async () => {
    await run("destroy.sh", "all", "--data", "--yes");
    const { directory } = stage.clone;
    expect(commandLines().filter((line) => line.includes(directory))).to.deep.equal([]);
    expect(existsSync(join(directory, ".onebox/cloud"))).to.equal(false);
  });
});
