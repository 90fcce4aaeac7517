import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { isVouchedFor, needVouched } from "../../../cli/deploy/vouched.ts";
import { RefusedError } from "../../../cli/errors.ts";
import { Processes } from "../../../cli/processes.ts";
import { signImage } from "../../../cli/release-key/sign.ts";
import type { Session } from "../../../cli/session.ts";
import type { History } from "../../../cli/vm/answers.ts";

const image = (digit: string, commit = "c0ffee") => ({
  reference: `ghcr.io/acme/shop@sha256:${digit.repeat(64)}`,
  commit,
});

describe("an image that the registry has under a commit's tag", () => {
  let root: string;
  let signed: string;
  before(async () => {
    root = mkdtempSync(join(tmpdir(), "onebox-vouched-"));
    mkdirSync(join(root, "config"));
    for (const name of ["signer", "stranger"]) {
      const args = ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(root, name)];
      execFileSync("ssh-keygen", args);
    }
    signed = await signature("signer");
    const line = readFileSync(join(root, "signer.pub"), "utf8").trim();
    writeFileSync(join(root, "config/release-keys"), `main signer ${line}\n`);
  });
  after(() => rmSync(root, { recursive: true }));

  const session = (given: string) => {
    const environment = { ...process.env, SIGNATURE: given };
    const processes = new Processes(environment);
    return { root, secrets: join(root, "secrets"), environment, processes } as unknown as Session;
  };
  const signature = (who: string) => {
    const key = readFileSync(join(root, who), "utf8");
    return signImage(session(""), key, { image: image("a").reference, commit: "c0ffee" });
  };
  const vm = (...served: string[]) => ({
    history: async () =>
      served.map((digit) => ({
        ...{ image: image(digit).reference, result: "served", action: "release" },
      })) as History[],
  });

  it("is taken with a signer's signature of that image and that commit", async () => {
    expect(await isVouchedFor(session(signed), image("a"), vm())).to.equal(true);
  });

  it("is not taken without one, by somebody else's, or by one of another image or commit", async () => {
    const stranger = await signature("stranger");
    for (const given of ["", stranger, "no base64", signed.slice(4)])
      expect(await isVouchedFor(session(given), image("a"), vm()), given).to.equal(false);
    expect(await isVouchedFor(session(signed), image("b"), vm())).to.equal(false);
    expect(await isVouchedFor(session(signed), image("a", "bad"), vm())).to.equal(false);
    const error = await needVouched(session(""), image("a"), undefined).catch((e) => e);
    expect(error).to.be.instanceOf(RefusedError);
    expect(error.message).to.match(/^no signer .* has signed ghcr\.io.*--force-unproven/);
  });

  it("is taken where stage has served it, or nobody signs", async () => {
    expect(await isVouchedFor(session(""), image("a"), vm("b", "a"))).to.equal(true);
    writeFileSync(join(root, "config/release-keys"), "# nobody\n");
    expect(await isVouchedFor(session(""), image("a"), vm())).to.equal(true);
  });
});
