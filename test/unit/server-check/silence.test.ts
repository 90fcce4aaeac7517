import { expect } from "chai";
import { FailedError } from "../../../cli/errors.ts";
import { ProgramError } from "../../../cli/processes.ts";
import type { Project } from "../../../cli/project.ts";
import { adopt } from "../../../cli/server-check/adopt.ts";
import { explained } from "../../../cli/server-check/silence.ts";
import type { Terraform } from "../../../cli/terraform/terraform.ts";

describe("a VM that does not answer", () => {
  const project = (ssh?: object) => ({ config: { ssh } }) as unknown as Project;
  const ended = (error: unknown, ssh?: object) =>
    explained({ project: project(ssh) }, Promise.reject(error)).catch((thrown: unknown) => thrown);

  it("is told of as it is where nothing more is known", async () => {
    const error = new FailedError("no route", { next: "x" });
    expect(await ended(error)).to.equal(error);
    const fault = new TypeError("x");
    expect(await ended(fault, { allow: [] })).to.equal(fault);
    expect(await explained({ project: project() }, Promise.resolve(5))).to.equal(5);
  });

  const hints: [string, object | undefined, RegExp][] = [
    ["timed out", { allow: ["192.0.2.0/24"] }, /^ssh\.allow in onebox\.config\.ts must hold/],
    ["Host key verification failed.", undefined, /-replace=hcloud_server\.server/],
    ["No HOST KEY is known", { allow: [] }, /-replace=hcloud_server\.server/],
  ];
  for (const [message, ssh, next] of hints) {
    it(`has a way out after "${message}"`, async () => {
      const error = await ended(new FailedError(message), ssh);
      expect(error).to.be.instanceOf(FailedError).with.property("next").that.matches(next);
      expect((error as FailedError).message).to.equal(message);
    });
  }
});

describe("what Terraform's state lacks", () => {
  const step = { note: "", progress: () => {}, output: () => {} };
  const missing = ["volume", "server"].map((kind, id) => ({
    ...{ kind, name: "shop", id, own: true, place: `hcloud_${kind}.x` },
  }));
  /** Has it taken over by a Terraform that says this; returns what it was told, and how that ended. */
  async function adopted(code: number, stderr: string) {
    const told: string[] = [];
    const run = async (_: string, args: string[]) => {
      told.push(args.filter((word) => !word.startsWith("-")).join(" "));
      return { code, stdout: "", stderr };
    };
    const terraform = { init: async () => {}, run } as unknown as Terraform;
    const end = await adopt(terraform, missing, step).catch((error: unknown) => error);
    return { told, end };
  }

  it("is taken over, each by its place and id", async () => {
    const { told, end } = await adopted(0, "");
    expect(told).to.deep.equal(["import hcloud_volume.x 0", "import hcloud_server.x 1"]);
    expect(end).to.equal(undefined);
  });

  it("may have been taken over meanwhile by somebody else", async () => {
    const { told, end } = await adopted(1, "Error: Resource already managed by Terraform\n");
    expect(told).to.have.length(2);
    expect(end).to.equal(undefined);
  });

  it("ends the deploy where it cannot be taken over", async () => {
    const { told, end } = await adopted(1, "Error: Cannot import\n");
    expect(told).to.have.length(1);
    expect(end).to.be.instanceOf(ProgramError);
  });
});
