import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";
import { publicKey } from "../support/keys.ts";
import { createTerraform, type Terraform } from "./support/terraform.ts";

const STACK = fileURLToPath(new URL("stack.tf", import.meta.url));

describe("a whole stack under Terraform", () => {
  let cloud: TestCloud;
  let directory: string;
  let terraform: Terraform;

  before(async () => {
    cloud = await startCloud();
    directory = temporaryDirectory();
    copyFileSync(STACK, join(directory, "main.tf"));
    const variables = { public_key: publicKey() };
    terraform = createTerraform(cloud, directory, () => variables);
    await terraform.run("init", "-no-color");
    await terraform.apply();
  });
  after(async () => {
    await cloud.stop();
    rmSync(directory, { recursive: true });
  });

  const planned = async () => (await terraform.observe("plan")).changes;
  const outputs = async () => JSON.parse(await terraform.run("output", "-json"));

  it("replaces the server, which keeps its address and volume", async () => {
    const before = await outputs();
    await terraform.apply("-replace=hcloud_server.this");
    expect(await planned()).to.deep.equal([]);
    const after = await outputs();
    expect(after.server.value).to.not.equal(before.server.value);
    expect(after.address.value).to.equal(before.address.value);
    const { volume } = (await cloud.api.get(`/volumes/${after.volume.value}`)).body;
    expect(String(volume.server)).to.equal(after.server.value);
  });

  it("notices a server that was deleted behind its back, and makes it anew", async () => {
    const { server } = await outputs();
    const { body } = await cloud.api.delete(`/servers/${server.value}`);
    await cloud.api.settled(body.action);
    const changes = await terraform.apply();
    expect(changes).to.deep.include({ address: "hcloud_server.this", action: "create" });
    expect(await planned()).to.deep.equal([]);
  });

  it("destroys everything", async () => {
    await terraform.apply("-destroy");
    for (const plural of ["ssh_keys", "firewalls", "primary_ips", "volumes", "servers"]) {
      const { body } = await cloud.api.get(`/${plural}`);
      expect(body[plural], plural).to.deep.equal([]);
    }
  });
});
