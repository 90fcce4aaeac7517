import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { publicKey } from "../support/keys.ts";

describe("SSH keys", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  it("keep the key as it was given, and have ssh-keygen's fingerprint", async () => {
    const key = `${publicKey("someone@somewhere  twice spaced")}\n`;
    const made = await cloud.api.made("/ssh_keys", { name: "mine", public_key: key });
    expect(made.public_key).to.equal(key);
    const said = execFileSync("ssh-keygen", ["-E", "md5", "-lf", "-"], { input: key }).toString();
    expect(said).to.contain(`MD5:${made.fingerprint} `);
    const { ssh_keys } = (await cloud.api.get(`/ssh_keys?fingerprint=${made.fingerprint}`)).body;
    expect(ssh_keys).to.deep.equal([made]);
  });

  it("are refused when known already, whatever their comment", async () => {
    const key = publicKey();
    await cloud.api.made("/ssh_keys", { name: "first", public_key: key });
    const body = { name: "second", public_key: `${key}-other` };
    const { status, body: answer } = await cloud.api.post("/ssh_keys", body);
    expect(status).to.equal(409);
    expect(answer.error.details.fields[0].name).to.equal("public_key");
  });

  for (const key of ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa !", "-----BEGIN KEY-----"]) {
    it(`are refused when they are none: '${key}'`, async () => {
      const { status, body } = await cloud.api.post("/ssh_keys", { name: "bad", public_key: key });
      expect(status).to.equal(422);
      expect(body.error.details.fields[0].name).to.equal("public_key");
    });
  }
});
