import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { RunOptions } from "../../../cli/processes.ts";
import { makeFirstContact } from "../../../cli/vm/first-contact.ts";

describe("the first contact with a VM", () => {
  let secrets: string;
  beforeEach(() => {
    secrets = mkdtempSync(join(tmpdir(), "onebox-contact-"));
  });
  afterEach(() => rmSync(secrets, { recursive: true }));

  /**
   * A VM whose answers are made up: exit codes of `true` by bootstrap key, then what it prints of its key; returns what
   * it was asked for.
   */
  async function contact(answers: { codes: number[]; key: string; patience?: number }) {
    const asked: string[] = [];
    const codes = [...answers.codes];
    const run = async (program: string, args: string[], { input }: RunOptions = {}) => {
      const finished = { code: 0, stdout: "", stderr: "" };
      if (program === "ssh-keygen") {
        writeFileSync(join(secrets, "vm-cert.pub"), "certificate");
        asked.push(`sign for ${args[args.indexOf("-n") + 1]}`);
      } else if (args.includes("HostKeyAlias=192.0.2.7")) asked.push("new key");
      else if (args.at(-1) === "true") {
        asked.push("bootstrap key");
        return { ...finished, code: codes.shift() ?? 0, stderr: "refused" };
      } else if (args.at(-1) === "-s") return { ...finished, stdout: answers.key };
      else asked.push(`use ${input}`);
      return finished;
    };
    const { patience = 180 } = answers;
    await makeFirstContact({ address: "192.0.2.7", name: "shop", secrets, run, patience });
    return asked;
  }

  it("waits for it, certifies its own key for name and address, and sees that it shows it", async () => {
    expect(await contact({ codes: [255], key: "ssh-ed25519 AAAA" })).to.deep.equal([
      ...["bootstrap key", "bootstrap key", "sign for shop,192.0.2.7"],
      ...["use certificate", "new key"],
    ]);
  });

  it("changes nothing where the VM uses its own key already", async () => {
    expect(await contact({ codes: [], key: "" })).to.deep.equal(["bootstrap key", "new key"]);
  });

  it("says why there is no SSH", async () => {
    const error = await contact({ codes: [255, 255], key: "", patience: 0 }).catch(String);
    expect(error).to.include("no SSH at 192.0.2.7 with the expected host key after 0 s: refused");
  });
});
