import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { HeldError } from "../../cli/errors.ts";
import { Bucket } from "../../cli/objects/bucket.ts";
import { withoutMachines } from "../../cli/plan/compare.ts";
import { Processes } from "../../cli/processes.ts";
import { type Work, workOnStack } from "../../cli/terraform/apply.ts";
import { Terraform } from "../../cli/terraform/terraform.ts";
import { startCloud, type TestCloud } from "../../emulator/test/support/cloud.ts";
import { publicKey } from "../../emulator/test/support/keys.ts";
import { synthesise } from "../support/synthesise.ts";
import { Storage } from "./storage.ts";

const step = { note: "", progress: () => {}, output: () => {} };
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "onebox");

describe("Terraform's state in object storage, as at Hetzner,", () => {
  let place: string;
  let storage: Storage;
  const processes = new Processes(process.env);
  let bucket: Bucket;
  let cloud: TestCloud;
  let terraform: Terraform;
  let state: { bucket: string; key: string };

  const plan: Work = {
    ...{ stack: "server", patience: 0, codes: [2] },
    command: ["plan", "-detailed-exitcode"],
  };
  const there = async (key: string) => (await bucket.ask("HEAD", { key })).status === 200;

  before("synthesises the server's stack for Hetzner, whose API and storage are here", async () => {
    place = mkdtempSync(join(tmpdir(), "onebox-state-"));
    storage = new Storage();
    await storage.start();
    cloud = await startCloud();
    const stack = join(place, "cdktf.out/stacks/server");
    cpSync(join(synthesise("test/fixtures/hetzner.config.ts"), "stacks/server"), stack, {
      recursive: true,
    });
    const file = join(stack, "cdk.tf.json");
    const json = JSON.parse(withoutMachines(readFileSync(file, "utf8")));
    state = json.terraform.backend.s3;
    const { endpoint, port, ca } = storage.objects ?? {};
    Object.assign(state, {
      endpoints: { s3: `https://${endpoint}:${port}` },
      custom_ca_bundle: ca,
      region: storage.objects?.region,
    });
    json.provider.hcloud[0].endpoint = cloud.endpoint;
    writeFileSync(file, JSON.stringify(json));
    bucket = new Bucket({ ...storage.objects, bucket: state.bucket } as never, storage.owner);
    await bucket.must("PUT");
    const secrets = join(place, "secrets");
    mkdirSync(secrets);
    const { accessKey, secretKey } = storage.owner;
    terraform = new Terraform(
      {
        ...{ root: place, directory: join(place, ".onebox"), cache, secrets, name: "onebox" },
        ...{ token: () => cloud.token, stateAccessKey: accessKey, stateSecretKey: secretKey },
      },
      processes,
    );
    terraform.variables.deploy_public_key = publicKey();
  });
  after(async () => {
    await cloud?.stop();
    storage?.remove();
    rmSync(place, { recursive: true, force: true });
  });

  it("is there after an apply, and nothing holds its lock", async () => {
    const apply: Work = { ...plan, codes: [], command: ["apply", "-auto-approve"] };
    await workOnStack(terraform, apply, undefined, step);
    expect(await there(state.key)).to.equal(true);
    expect(await there(`${state.key}.tflock`)).to.equal(false);
    expect((await workOnStack(terraform, plan, undefined, step)).code).to.equal(0);
  });

  it("stays locked by one that was killed, which is named with what helps; that helps", async () => {
    const lock = `${state.key}.tflock`;
    const killed = terraform.run("server", ["plan"], { codes: "any" });
    for (const end = Date.now() + 60_000; !(await there(lock)); await sleep(10))
      if (Date.now() > end) throw new Error("nothing has locked the state");
    processes.kill();
    await killed;
    expect(await there(lock)).to.equal(true);
    const error = await workOnStack(terraform, { ...plan, patience: 1 }, undefined, step).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(HeldError);
    const { message } = error as HeldError;
    expect(message).to.match(/^server is locked: \S+@\S+ has locked its Terraform state since /);
    const [, id = ""] = /scripts\/terraform\.sh server force-unlock (\S+)$/.exec(message) ?? [];
    await terraform.run("server", ["force-unlock", "-force", id]);
    expect(await there(lock)).to.equal(false);
    expect((await workOnStack(terraform, plan, undefined, step)).code).to.equal(0);
  });
});
