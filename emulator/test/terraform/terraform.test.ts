import { execFile } from "node:child_process";
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";
import { publicKey } from "../support/keys.ts";

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "onebox");
const terraform = join(cache, "bin/terraform");
const MAIN = fileURLToPath(new URL("main.tf", import.meta.url));
const EMPTY = 0;
const CHANGES = 2;

describe("the real Terraform provider", () => {
  let cloud: TestCloud;
  let directory: string;

  before(async () => {
    if (!existsSync(terraform)) throw new Error("no Terraform: run scripts/setup.sh first");
    cloud = await startCloud();
    directory = temporaryDirectory();
    copyFileSync(MAIN, join(directory, "main.tf"));
    await run("init", "-no-color");
  });
  after(async () => {
    await cloud.stop();
    rmSync(directory, { recursive: true });
  });

  const key = publicKey();
  let generation = 1;
  async function run(...args: string[]): Promise<{ code: number; stdout: string }> {
    const env = {
      ...process.env,
      HCLOUD_ENDPOINT: cloud.endpoint,
      HCLOUD_TOKEN: cloud.token,
      TF_CLI_CONFIG_FILE: join(cache, "terraform/cli.tfrc"),
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_VAR_public_key: key,
      TF_VAR_generation: String(generation),
    };
    try {
      const options = { cwd: directory, env, maxBuffer: 1 << 26 };
      return { code: 0, stdout: (await promisify(execFile)(terraform, args, options)).stdout };
    } catch (cause) {
      const { code, stdout, stderr } = cause as { code: number; stdout: string; stderr: string };
      if (args.includes("-detailed-exitcode") && code === CHANGES) return { code, stdout };
      throw new Error(`terraform ${args[0]}: ${stdout}${stderr}`, { cause });
    }
  }
  const plan = async () => (await run("plan", "-detailed-exitcode", "-no-color")).code;
  const apply = (...args: string[]) => run("apply", "-auto-approve", "-no-color", ...args);
  const outputs = async () => JSON.parse((await run("output", "-json")).stdout);

  it("creates everything, and then plans nothing", async () => {
    await apply();
    expect(await plan()).to.equal(EMPTY);
  });

  it("changes everything in place, and then plans nothing", async () => {
    const before = await outputs();
    generation = 2;
    expect(await plan()).to.equal(CHANGES);
    await apply();
    expect(await plan()).to.equal(EMPTY);
    expect((await outputs()).ids).to.deep.equal(before.ids);
    const { server } = (await cloud.api.get(`/servers/${before.server.value}`)).body;
    expect(server).to.include({ status: "running", backup_window: "22-02", name: "server-2" });
  });

  it("replaces the server, which keeps its address and volume", async () => {
    const before = await outputs();
    await apply("-replace=hcloud_server.this");
    expect(await plan()).to.equal(EMPTY);
    const after = await outputs();
    expect(after.server.value).to.not.equal(before.server.value);
    expect(after.address.value).to.equal(before.address.value);
    const { volume } = (await cloud.api.get(`/volumes/${before.ids.value.volume}`)).body;
    expect(String(volume.server)).to.equal(after.server.value);
  });

  it("notices a server that was deleted behind its back, and makes it anew", async () => {
    const { server } = await outputs();
    const { body } = await cloud.api.delete(`/servers/${server.value}`);
    await cloud.api.settled(body.action);
    expect(await plan()).to.equal(CHANGES);
    await apply();
    expect(await plan()).to.equal(EMPTY);
  });

  it("imports what it did not make", async () => {
    const { ids } = await outputs();
    for (const [address, id] of [
      ["hcloud_ssh_key.this", ids.value.key],
      ["hcloud_firewall.this", ids.value.firewall],
      ["hcloud_primary_ip.this", ids.value.address],
      ["hcloud_volume.this", ids.value.volume],
    ]) {
      await run("state", "rm", address);
      await run("import", "-no-color", address, id);
    }
    await apply();
    expect(await plan()).to.equal(EMPTY);
  });

  it("destroys everything", async () => {
    await run("destroy", "-auto-approve", "-no-color");
    for (const plural of ["ssh_keys", "firewalls", "primary_ips", "volumes", "servers"]) {
      const { body } = await cloud.api.get(`/${plural}`);
      expect(body[plural], plural).to.deep.equal([]);
    }
  });
});
