import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readUses } from "../../../cli/commands/release-key.ts";
import { FailedError, HeldError, RefusedError } from "../../../cli/errors.ts";
import { Gate } from "../../../cli/release-key/gate.ts";
import type { Pass } from "../../../cli/release-key/pass.ts";
import type { Session } from "../../../cli/session.ts";

describe("a release key's way to the VM", () => {
  let secrets: string;
  beforeEach(() => {
    secrets = mkdtempSync(join(tmpdir(), "onebox-gate-"));
  });
  afterEach(() => rmSync(secrets, { recursive: true }));

  const pass: Pass = {
    ...{
      onebox: 1,
      name: "shop",
      address: "192.0.2.1",
      hostCa: "ssh-ed25519 AAAA",
      key: "PRIVATE\n",
    },
    uses: ["stage"],
  };

  /** How a wish ends where ssh ends so, and what ssh was given. */
  async function wish(finished: object, scope: "stage" | "prod" = "stage") {
    const given: { args: string[]; input: string }[] = [];
    const run = async (_: string, args: string[], { input }: { input: string }) => {
      given.push({ args, input });
      return { code: 0, stdout: "", stderr: "", ...finished };
    };
    const gate = new Gate({ secrets, processes: { run } } as unknown as Session, pass);
    const end = await gate.ask(scope, ["status", "stage"]).catch((error: unknown) => error);
    return { end, given };
  }

  it("is the scope's own user, by files that nobody else can read", async () => {
    const { end, given } = await wish({ stdout: "said\n" });
    expect(end).to.equal("said\n");
    expect(given[0]?.input).to.equal("status stage\n");
    expect(given[0]?.args).to.include.members(["HostName=192.0.2.1", "User=onebox-stage", "-T"]);
    const file = (name: string) => join(secrets, "gate", name);
    expect(readFileSync(file("deploy_key"), "utf8")).to.equal(pass.key);
    expect(readFileSync(file("known_hosts"), "utf8")).to.equal(
      "@cert-authority * ssh-ed25519 AAAA\n",
    );
    expect(statSync(file("deploy_key")).mode & 0o077).to.equal(0);
  });

  it("is not gone for what the key is not for", async () => {
    const { end, given } = await wish({}, "prod");
    expect(end)
      .to.be.instanceOf(RefusedError)
      .with.property("message")
      .that.matches(/not prod$/);
    expect(given).to.deep.equal([]);
  });

  const ends: [string, object, new (message: string) => Error, RegExp][] = [
    [
      "the VM's reason",
      { code: 2, stdout: "x\nonebox: error: no such image\n" },
      RefusedError,
      /^no such image$/,
    ],
    ["no reason", { code: 2 }, RefusedError, /^the VM refuses that$/],
    [
      "somebody else at work",
      { code: 3, stdout: "a\nonebox: ann runs release\n" },
      HeldError,
      /^ann runs release$/,
    ],
    [
      "a failure",
      { code: 1, stdout: "onebox: error: not healthy\n" },
      FailedError,
      /^not healthy$/,
    ],
    [
      "no way in",
      { code: 255, stderr: "a\nPermission denied\n" },
      FailedError,
      /does not let this key in: Permission denied$/,
    ],
  ];
  for (const [what, finished, kind, why] of ends) {
    it(`ends with ${what} where ssh ends so`, async () => {
      const { end } = await wish(finished);
      expect(end).to.be.instanceOf(kind).with.property("message").that.matches(why);
    });
  }
});

describe("what a release key is for", () => {
  it("is named with commas, in one order", () => {
    expect(readUses("preview,stage")).to.deep.equal(["stage", "preview"]);
    expect(readUses("signer")).to.deep.equal(["signer"]);
  });

  for (const list of ["", "stge", "stage,stge", "stage,stage"]) {
    it(`is not "${list}"`, () => {
      expect(() => readUses(list)).to.throw(
        RefusedError,
        /^--for takes stage, prod, preview, signer/,
      );
    });
  }

  it("is never both to release and to sign", () => {
    expect(() => readUses("prod,signer")).to.throw(RefusedError, /must not sign too$/);
  });
});
