import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CloudApi } from "../../cli/hcloud/api.ts";
import { askObjects, missingIn } from "../../cli/hcloud/objects.ts";
import { withoutMachines } from "../../cli/plan/compare.ts";
import { startCloud, type TestCloud } from "../../emulator/test/support/cloud.ts";
import { publicKey } from "../../emulator/test/support/keys.ts";
import {
  createTerraform,
  type Terraform,
} from "../../emulator/test/terraform/support/terraform.ts";
import { synthesise } from "../support/synthesise.ts";

describe("the server's stack, with the real provider, when its state is lost", () => {
  let cloud: TestCloud;
  let directory: string;
  let terraform: Terraform;
  const objects = () => askObjects(new CloudApi(cloud.endpoint, cloud.token), "onebox");

  before(async () => {
    cloud = await startCloud();
    directory = join(synthesise("onebox.config.ts"), "stacks/server");
    const file = join(directory, "cdk.tf.json");
    const stack = JSON.parse(withoutMachines(readFileSync(file, "utf8")));
    stack.terraform.backend = { local: { path: "server.tfstate" } };
    stack.provider.hcloud[0].endpoint = cloud.endpoint;
    writeFileSync(file, JSON.stringify(stack));
    const variables = { deploy_public_key: publicKey() };
    terraform = createTerraform(cloud, directory, () => variables);
    await terraform.run("init", "-no-color");
    await terraform.apply();
  });
  after(() => cloud.stop());

  it("takes over what is there, and changes and makes nothing of it", async () => {
    const before = await objects();
    rmSync(join(directory, "server.tfstate"));
    const missing = missingIn([], before, "onebox");
    expect(missing.map(({ own }) => own)).to.deep.equal(Array(6).fill(true));
    for (const { place, id } of missing) await terraform.run("import", place, `${id}`);
    // The provider does not read back all that is configured; what it writes down anew must touch nothing.
    const actions = (await terraform.apply()).filter(({ address }) => !/^null_/.test(address));
    for (const { action } of actions) expect(action).to.equal("update");
    expect(await objects()).to.deep.equal(before);
    expect((await terraform.observe("plan")).changes).to.deep.equal([]);
  });
});
