import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import { readPass, renderPass } from "../../../cli/release-key/pass.ts";
import { nameIn } from "../../../cli/release-key/release.ts";
import { sourceOf } from "../../../cli/release-key/source.ts";
import { ConfigError, checkConfig } from "../../../config/check.ts";
import { resolveCloud } from "../../../config/cloud.ts";
import { root } from "../../../config/load.ts";
import { keyFiles, parseReleaseKeys } from "../../../config/release-keys.ts";
import valid from "../../fixtures/hetzner.config.ts";

const key = (letter: string) => `ssh-ed25519 ${letter.repeat(68)}`;

describe("the file release-keys", () => {
  it("says who may do what", () => {
    const text = `# a comment\n\nci stage,prod ${key("A")}\nme@x.invalid preview ${key("B")}\n`;
    expect(parseReleaseKeys(text)).to.deep.equal([
      { name: "ci", uses: ["stage", "prod"], publicKey: key("A") },
      { name: "me@x.invalid", uses: ["preview"], publicKey: key("B") },
    ]);
  });

  it("lets nothing reach sshd but a name and a key, and names the line", () => {
    for (const line of [
      `ci everything ${key("A")}`,
      `ci stage command="id" ${key("A")}`,
      `ci stage ${key("A")} comment`,
      `ci,"x stage ${key("A")}`,
      "ci stage ssh-ed25519 short",
      `ci stage ssh-rsa ${"A".repeat(68)}`,
    ]) {
      expect(() => parseReleaseKeys(`\n${line}`), line).to.throw(ConfigError, /line 2/);
    }
  });

  it("becomes a file for each scope, each key restricted; signers for images only", () => {
    const keys = parseReleaseKeys(`a stage,preview ${key("A")}\nb signer ${key("B")}`);
    expect(keyFiles(keys)).to.deep.equal({
      stage: `restrict ${key("A")} a\n`,
      preview: `restrict ${key("A")} a\n`,
      signers: `onebox namespaces="onebox-image" ${key("B")} b\n`,
    });
    expect(keyFiles([])).to.deep.equal({});
  });
});

describe("a release key of a run", () => {
  const pass = {
    name: "onebox",
    address: "192.0.2.1",
    hostCa: key("A"),
    uses: ["preview" as const],
    key: "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n",
  };

  it("is read as it was printed", () => {
    const found = readPass({ ONEBOX_RELEASE_KEY: renderPass(pass) });
    expect(found).to.deep.equal({ onebox: 1, ...pass });
    expect(readPass({})).to.equal(undefined);
  });

  it("leads to nothing that could be an option of ssh's, and is never quoted", () => {
    for (const change of [
      { address: "-oProxyCommand=id" },
      { address: "x y" },
      { name: "a\nProxyCommand id" },
      { hostCa: "ssh-ed25519 A\n@cert-authority * x" },
      { uses: ["root"] },
      { key: "secret" },
    ]) {
      const text = JSON.stringify({ onebox: 1, ...pass, ...change });
      expect(() => readPass({ ONEBOX_RELEASE_KEY: text }))
        .to.throw(RefusedError)
        .with.property("message")
        .that.does.not.include("secret");
    }
  });
});

describe("what an environment is deployed from", () => {
  const config = checkConfig(valid, root);
  const cloud = resolveCloud(config, root);

  it("has a number that changes with the configuration and the environment's secrets", () => {
    const one = sourceOf(root, { config, cloud }, "stage");
    expect(one).to.match(/^[0-9a-f]{64}$/);
    expect(sourceOf(root, { config, cloud }, "stage")).to.equal(one);
    expect(sourceOf(root, { config, cloud }, "prod")).not.to.equal(one);
    const other = { ...config, name: "other" };
    expect(sourceOf(root, { config: other, cloud }, "stage")).not.to.equal(one);
  });

  it("is followed by a release whose name the VM tells", () => {
    expect(nameIn("onebox: step claim\nonebox: release 0123456789ab-cdef\n")).to.equal(
      "0123456789ab-cdef",
    );
    expect(() => nameIn("  app: onebox: release x\n")).to.throw(/does not say/);
  });
});
