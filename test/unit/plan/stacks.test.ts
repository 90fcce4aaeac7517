import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { differs, planStack } from "../../../cli/plan-stacks.ts";
import type { Access } from "../../../cli/server.ts";
import type { Session } from "../../../cli/session.ts";

const step = { note: "", progress: () => {}, output: () => {} };

describe("the plan of a stack", () => {
  const secrets = mkdtempSync(join(tmpdir(), "onebox-plan-"));
  after(() => rmSync(secrets, { recursive: true }));

  it("is read from a file that does not stay, because it holds secrets", async () => {
    const saved = join(secrets, "stage.plan");
    const told: string[] = [];
    const terraform = {
      init: async () => {},
      run: async (_: string, args: string[]) => {
        told.push(args[0] ?? "");
        if (args[0] === "plan") writeFileSync(saved, "");
        return { code: 0, stdout: "{}", stderr: "" };
      },
    };
    const access = { terraform, vm: undefined } as unknown as Access;
    const plan = await planStack({ secrets } as Session, access, "stage", step);
    expect(told).to.deep.equal(["plan", "show"]);
    expect(existsSync(saved)).to.equal(false);
    expect(plan).to.deep.include({ stack: "stage", changes: [], drift: [] });
    expect(differs([plan])).to.equal(false);
  });
});
