import { expect } from "chai";
import { askRestart, needDisks, willGrow } from "../../../cli/deploy/check.ts";
import { isOfServersOwn } from "../../../cli/deploy/mend.ts";
import { FailedError, ProblemsError, RefusedError } from "../../../cli/errors.ts";
import { ProgramError } from "../../../cli/processes.ts";
import type { Invocation } from "../../../cli/session.ts";
import type { Disk } from "../../../cli/vm/answers.ts";
import type { Config } from "../../../config/schema.ts";
import { volume } from "../server-check/made-up-cloud.ts";

describe("before a deploy touches anything", () => {
  const warnings = (disks: Disk[], warned = false) => {
    const said: string[] = [];
    needDisks({ say: (line) => said.push(line) }, { disks }, { warned });
    return said;
  };
  const disk = (name: Disk["name"], free: number): Disk => ({ name, size: 10_000, free });

  it("a full volume refuses it, and a full disk of the system is warned of", () => {
    expect(() => warnings([disk("data", 10)])).to.throw(RefusedError, /the data volume has 10 MB/);
    expect(warnings([disk("system", 10), disk("data", 500)])).to.have.length(2);
    expect(warnings([disk("system", 5000), disk("data", 5000)])).to.deep.equal([]);
    expect(() => needDisks({ say: expect.fail }, undefined)).not.to.throw();
  });

  it("what was warned of before is not told again, and still refused", () => {
    expect(warnings([disk("system", 10)], true)).to.deep.equal([]);
    expect(() => warnings([disk("data", 10)], true)).to.throw(RefusedError);
  });

  it("a volume that will grow is seen: one that is full keeps nobody from that", () => {
    const config = (volumeSize: number) => ({ server: { volumeSize } as Config["server"] });
    expect(willGrow({ volume: volume({ size: 20 }) }, config(30))).to.equal(true);
    expect(willGrow({ volume: volume({ size: 20 }) }, config(20))).to.equal(false);
    expect(willGrow({ volume: undefined }, config(20))).to.equal(false);
  });

  describe("a change that switches the server off", () => {
    const before = Object.getOwnPropertyDescriptor(process.stdin, "isTTY");
    beforeEach(() =>
      Object.defineProperty(process.stdin, "isTTY", { value: false, configurable: true }),
    );
    afterEach(() => {
      if (before === undefined) Reflect.deleteProperty(process.stdin, "isTTY");
      else Object.defineProperty(process.stdin, "isTTY", before);
    });
    const wish = (mayRestart: boolean, stops: string | undefined) =>
      askRestart({ invocation: {} as Invocation }, { mayReplace: [], mayRestart }, stops).catch(
        (error: unknown) => error,
      );

    it("is refused where nobody can be asked, with the option that allows it", async () => {
      const error = await wish(false, "The server would change");
      expect(error).to.be.instanceOf(ProblemsError);
      expect((error as ProblemsError).problems[0]).to.equal("The server would change");
      expect((error as ProblemsError).problems[1]).to.match(/--may-restart$/);
    });

    it("goes on where it was allowed, or is none", async () => {
      expect(await wish(true, "The server would change")).to.equal(undefined);
      expect(await wish(false, undefined)).to.equal(undefined);
    });
  });
});

describe("what Terraform failed with", () => {
  const failed = (stdout: string, stderr = "") =>
    new ProgramError("terraform", { code: 1, stdout, stderr });
  const cases: [string, unknown, boolean][] = [
    ["what runs on the server", failed("  with null_resource.edge,\n"), true],
    ["the same, on standard error", failed("", "  with null_resource.first_contact,\n"), true],
    ["Hetzner's refusal", failed("  with hcloud_server.server,\n"), false],
    ["another failure", new FailedError("with null_resource.edge"), false],
  ];
  for (const [what, error, own] of cases) {
    it(`is ${own ? "" : "not "}tried again after ${what}`, () => {
      expect(isOfServersOwn(error)).to.equal(own);
    });
  }
});
