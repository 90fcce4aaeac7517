import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Processes } from "../../../cli/processes.ts";
import { Terraform } from "../../../cli/terraform/terraform.ts";

describe("Terraform initialises a stack", () => {
  let root: string;
  let ran: string[];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "onebox-terraform-"));
    ran = [];
    for (const stack of ["server", "stage"]) {
      mkdirSync(join(root, "cdktf.out/stacks", stack), { recursive: true });
      write(stack, "cdk.tf.json", "{}");
    }
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(stack: string, name: string, text: string): void {
    writeFileSync(join(root, "cdktf.out/stacks", stack, name), text);
  }

  /** What a run of its own does: `init` writes a lock file; one that fails throws. */
  async function init(stack: "server" | "stage", fails = false): Promise<string[]> {
    ran = [];
    const processes = {
      run: async (_: string, [, command = ""]: string[]) => {
        ran.push(command);
        if (fails) throw new Error("no network");
        write(stack, ".terraform.lock.hcl", "lock");
        return { code: 0, stdout: "", stderr: "" };
      },
    } as unknown as Processes;
    const settings = { root, directory: join(root, ".onebox"), cache: join(root, "cache") };
    const keys = { secrets: "/s", stateAccessKey: "", stateSecretKey: "" };
    const terraform = new Terraform(
      { ...settings, ...keys, name: "x", token: () => "" },
      processes,
    );
    await terraform.init(stack, () => {});
    await terraform.init(stack, () => {});
    return ran;
  }

  it("once, also in later runs, while what it reads stays the same", async () => {
    expect(await init("stage")).to.deep.equal(["init"]);
    expect(await init("stage")).to.deep.equal([]);
    expect(await init("server")).to.deep.equal(["init"]);
  });

  it("again when the stack or its lock file changes, or its working data went", async () => {
    await init("stage");
    write("stage", "cdk.tf.json", '{"terraform":{}}');
    expect(await init("stage")).to.deep.equal(["init"]);
    write("stage", ".terraform.lock.hcl", "another");
    expect(await init("stage")).to.deep.equal(["init"]);
    rmSync(join(root, ".onebox"), { recursive: true });
    expect(await init("stage")).to.deep.equal(["init"]);
  });

  /** What the outputs are when `output` ends with these codes, one after another. */
  async function outputs(...codes: number[]): Promise<unknown> {
    ran = [];
    const stderr = "Error: Error loading the state: no route to host\n";
    const processes = {
      run: async (_: string, [, command = ""]: string[]) => {
        ran.push(command);
        const code = command === "output" ? codes.shift() : 0;
        return { code, stdout: '{"address":{"value":"192.0.2.1"}}', stderr };
      },
    } as unknown as Processes;
    const settings = { root, directory: join(root, ".onebox"), cache: join(root, "cache") };
    const keys = { secrets: "/s", stateAccessKey: "", stateSecretKey: "", token: () => "" };
    const terraform = new Terraform({ ...settings, ...keys, name: "x" }, processes);
    return terraform.outputs("server", () => {}).catch(({ message }: Error) => message);
  }

  it("once more when its outputs cannot be read; a state that cannot be read is not an empty one", async () => {
    await init("server");
    expect(await outputs(0)).to.deep.equal({ address: "192.0.2.1" });
    expect(await outputs(1, 0)).to.deep.equal({ address: "192.0.2.1" });
    expect(ran).to.deep.equal(["output", "init", "output"]);
    expect(await outputs(1, 1)).to.equal(
      'Terraform cannot read the state of "server": Error loading the state: no route to host',
    );
  });

  it("again after that has failed", async () => {
    await init("stage", true).catch(() => {});
    expect(await init("stage")).to.deep.equal(["init"]);
  });
});
