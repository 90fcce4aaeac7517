import { expect } from "chai";
import fc from "fast-check";
import { CommandError, RefusedError } from "../../../cli/errors.ts";
import { submodulesIn } from "../../../cli/git/export.ts";
import { Git } from "../../../cli/git/git.ts";
import { explainGit } from "../../../cli/git/reason.ts";
import { readState } from "../../../cli/git/state.ts";
import { treeOf } from "../../../cli/git/tree.ts";
import { readPlan } from "../../../cli/plan/changes.ts";
import { renderReport } from "../../../cli/plan/render.ts";
import { risksOf } from "../../../cli/plan/risks.ts";
import type { Processes } from "../../../cli/processes.ts";
import { reportOf } from "../../../cli/report.ts";
import { readOutputs } from "../../../cli/terraform/terraform.ts";
import { workspacesIn } from "../../../cli/terraform/workspaces.ts";
import { anyText, damaged } from "./arbitraries.ts";
import { isHarmless } from "./harmless.ts";

/** It does what it should, or ends in one line that says why. */
async function orRefuses(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    expect(error).to.be.instanceOf(CommandError);
    const { text } = reportOf(error, "plan.sh");
    expect(text)
      .to.satisfy(isHarmless)
      .and.match(/^plan\.sh: [^\n]+\n$/);
  }
}

describe("whatever git prints", () => {
  it("a commit is a name of an object, or refused", async () => {
    const answers = fc.array(fc.oneof(anyText, fc.constant("0".repeat(40)), fc.constant("1")));
    await fc.assert(
      fc.asyncProperty(answers, async (all) => {
        const left = [...all];
        const run = async () => ({ code: 0, stdout: left.shift() ?? "", stderr: "" });
        await orRefuses(async () => {
          const tree = await treeOf(new Git("/", { run } as unknown as Processes), "HEAD");
          expect(tree?.commit).to.match(/^[0-9a-f]{40}$/);
          expect(tree?.epoch).to.satisfy(Number.isSafeInteger);
        });
      }),
    );
  });

  it("its reason is one line", () => {
    fc.assert(
      fc.property(anyText, anyText, (said, root) => {
        const error = explainGit(said, "status", root);
        expect(error).to.be.instanceOf(RefusedError);
        expect(reportOf(error, "image.sh").text).to.satisfy(isHarmless);
      }),
    );
  });

  it("its status and its lists are read to their end", () => {
    const records = fc.array(fc.tuple(fc.constantFrom("1", "2", "u", "?", ""), anyText));
    fc.assert(
      fc.property(records, (all) => {
        const text = all.map(([kind, rest]) => `${kind} ${rest}`).join("\0");
        expect(readState(text).differs).to.equal(text.split("\0").some((entry) => entry !== ""));
        for (const { commit } of submodulesIn(`160000 commit ${text}`))
          expect(commit).to.match(/^[0-9a-f]+$/);
      }),
    );
  });
});

describe("whatever Terraform prints", () => {
  const change = {
    actions: ["delete", "create"],
    before: { name: "a", labels: { app: "b" } },
    after: { name: "c", labels: null },
    after_unknown: { id: true },
    after_sensitive: { name: false },
    replace_paths: [["name"]],
  };
  const entry = { address: "hcloud_server.server", type: "hcloud_server", mode: "managed", change };
  const plan = { resource_changes: [entry], resource_drift: [entry] };

  it("a plan is explained, or refused", async () => {
    const texts = fc.oneof(
      anyText,
      damaged(plan).map((value) => JSON.stringify(value) ?? ""),
    );
    await fc.assert(
      fc.asyncProperty(texts, (text) =>
        orRefuses(() => {
          const plans = [readPlan("server", text)];
          renderReport({ plans, risks: risksOf(plans), prices: undefined }, "markdown");
        }),
      ),
      { numRuns: 500 },
    );
  });

  it("its outputs are values by their names, or refused", async () => {
    const outputs = { address: { value: "192.0.2.1", sensitive: false, type: "string" } };
    const texts = fc.oneof(
      anyText,
      damaged(outputs).map((value) => JSON.stringify(value) ?? ""),
    );
    await fc.assert(
      fc.asyncProperty(texts, (text) => orRefuses(() => Object.entries(readOutputs(text)))),
      { numRuns: 500 },
    );
  });

  it("a workspace has a name in one line", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const name of workspacesIn(text)) expect(name).to.match(/^[^\n]+$/);
      }),
    );
  });
});
