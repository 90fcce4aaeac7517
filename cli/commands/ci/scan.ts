import { join } from "node:path";
import type { Command } from "commander";
import { Job } from "../../ci/job.ts";
import { holdScan, readBudget, readReport } from "../../ci/scan.ts";
import { ExitError, RefusedError } from "../../errors.ts";
import type { Invocation } from "../../session.ts";

const notes = `
Exit codes: 0 within the budget; 1 over it, or an exception has run out; 2 a file cannot be read.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("REPORT")
    .argument("[report]", "Grype's, in JSON")
    .addHelpText("after", notes)
    .action((report: string | undefined) => {
      if (report === undefined) {
        throw new RefusedError("name the report; see scripts/ci/scan.sh --help");
      }
      const budget = readBudget(join(invocation.root, ".github/vulnerability-budget.json"));
      const today = new Date().toISOString().slice(0, 10);
      const { withinBudget, text } = holdScan(readReport(report), budget, today);
      invocation.stderr.write(`${text}\n`);
      new Job(invocation).summarise(text);
      if (!withinBudget) throw new ExitError(1);
    });
}
