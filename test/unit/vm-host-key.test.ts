import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Processes } from "../../cli/processes.ts";
import { signHostKey } from "../../cli/vm/host-key.ts";

describe("what a VM says is its host key", () => {
  const directory = mkdtempSync(join(tmpdir(), "onebox-host-key-"));
  const asked: string[][] = [];
  const signs =
    (makes: boolean): Processes["run"] =>
    async (program, args) => {
      asked.push([program, ...args]);
      if (makes) writeFileSync(join(directory, "vm-cert.pub"), "certificate\n");
      return { code: 0, signal: undefined, stdout: "", stderr: "" } as never;
    };
  const sign = (key: string, makes = true) =>
    signHostKey(key, { directory, names: ["192.0.2.4", "onebox"] }, signs(makes));
  const refused = async (key: string) => {
    const error = await sign(key).catch((thrown: Error) => thrown);
    expect(error).to.be.an("error").with.property("message").that.includes("host key");
  };
  beforeEach(() => {
    asked.length = 0;
    rmSync(join(directory, "vm-cert.pub"), { force: true });
  });
  after(() => rmSync(directory, { recursive: true }));

  it("is signed for its names, by our own CA", async () => {
    expect(await sign("ssh-ed25519 AAAA+/= root@onebox\n")).to.equal("certificate\n");
    expect(readFileSync(join(directory, "vm.pub"), "utf8")).to.equal(
      "ssh-ed25519 AAAA+/= root@onebox\n",
    );
    expect(asked[0]?.join(" ")).to.include("-h -I 192.0.2.4 -n 192.0.2.4,onebox ");
  });

  for (const key of [
    ...["", "ssh-rsa AAAA", "ssh-ed25519 AAAA\nssh-ed25519 BBBB", "ssh-ed25519 $(id)"],
    ...["cert-authority * ssh-ed25519 AAAA", "ssh-ed25519 AAAA a b"],
  ]) {
    it(`is not signed when it is ${JSON.stringify(key)}`, async () => {
      await refused(key);
      expect(asked).to.deep.equal([]);
    });
  }

  it("is not taken as signed where nothing was made", async () => {
    const error = await sign("ssh-ed25519 AAAA", false).catch((thrown: Error) => thrown);
    expect(error).to.have.property("message", "ssh-keygen has made no certificate");
  });
});
