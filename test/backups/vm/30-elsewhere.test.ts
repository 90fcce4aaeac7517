import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Scene } from "./scene.ts";

/** What is used of the API's answers. */
interface Placed {
  server_type?: { name: string };
  size?: number;
  location: { name: string };
}

describe("stage, which is to be somewhere else,", () => {
  const scene = new Scene();
  const { stage } = scene;
  const only = async (kind: "servers" | "volumes") => {
    const answer = (await stage.vm.ask("GET", `/${kind}`)) as Record<string, Placed[]>;
    return answer[kind] ?? [];
  };
  let held: string;

  before("deploys it, backed up", async () => {
    scene.configure(`{ bucket: "backups", location: "nbg1" }`);
    await stage.run("deploy.sh", "stage");
    await scene.sql(
      "INSERT INTO links (slug, url) SELECT 'n' || n, 'https://load.invalid/' || n FROM generate_series(1, 5000) n",
    );
    await stage.onVm(
      "install -d /mnt/onebox/stage/uploads && echo kept >/mnt/onebox/stage/uploads/file",
    );
    held = await scene.sum();
  });
  after(() => stage.remove());

  /** Commits another server. */
  function change(server: string): void {
    const text = readFileSync(join(stage.clone.directory, "onebox.config.ts"), "utf8");
    stage.clone.write(
      "onebox.config.ts",
      text.replace(/^ {2}server: .*$/m, `  server: ${server},`),
    );
    stage.clone.commit("Take another server");
  }

  it("is not moved by a deploy, which names the page that tells how", async () => {
    change(`{ type: "cx33", location: "nbg1", image: "docker-ce", volumeSize: 12 }`);
    const { output } = await scene.ends(2, "deploy.sh", "stage");
    expect(output).to.include("to move to nbg1 with what is backed up, see docs/emergency.md");
  });

  it("has all of it on a server of another size and location, as docs/emergency.md says", async () => {
    await stage.run("maintenance.sh", "stage", "on");
    await stage.run("backup.sh", "now", "stage");
    await stage.run("destroy.sh", "all", "--data", "--yes");
    const { seconds } = await stage.run("deploy.sh", "stage", "--from-backup");
    console.log(`      the new server served after ${seconds.toFixed(0)} s`);
    const [server] = await only("servers");
    expect([server?.server_type?.name, server?.location.name]).to.deep.equal(["cx33", "nbg1"]);
    const [volume] = await only("volumes");
    expect([volume?.size, volume?.location.name]).to.deep.equal([12, "nbg1"]);
    expect(await scene.sum()).to.equal(held);
    expect(await stage.onVm("cat /mnt/onebox/stage/uploads/file")).to.equal("kept");
    expect((await stage.run("maintenance.sh", "stage", "status")).output).to.include("not in");
    await stage.run("backup.sh", "now", "stage");
    await stage.run("backup.sh", "drill", "stage");
    expect((await scene.told())?.problems).to.deep.equal([]);
  });
});
