/**
 * Usage: node operator/bin/guard-plan.ts FILE [server|address|volume ...]
 *
 * Refuses a plan of the server's stack that would replace or destroy the server, its address or the
 * volume, unless that one was named. FILE: the output of `terraform show -json`. Exit code 2: refused.
 */
import { readFileSync } from "node:fs";
import { readPlan } from "../plan/changes.ts";
import { risksOf } from "../plan/risks.ts";

const [file = "", ...allowed] = process.argv.slice(2);
const risks = risksOf([readPlan("server", readFileSync(file, "utf8"))]).filter(
  ({ confirm }) => confirm !== undefined && !allowed.includes(confirm),
);
for (const { what } of risks) console.error(what);
if (risks.length > 0) {
  const flags = [...new Set(risks.map(({ confirm }) => `--may-replace ${confirm}`))].join(" ");
  console.error(`Refused. See scripts/plan.sh server; to go on, add: ${flags}`);
  process.exitCode = 2;
}
