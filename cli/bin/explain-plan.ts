/**
 * Usage: HCLOUD_TOKEN=… node cli/bin/explain-plan.ts [--markdown] [--drift] [--endpoint URL] STACK=FILE...
 *
 * Tells people what plans would do, what is at risk and what it costs. FILE: the output of
 * `terraform show -json`. With --drift the exit code is 4 when anything differs.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ApiError, askPrices } from "../cloud-api.ts";
import { readPlan } from "../plan/changes.ts";
import { priceOf } from "../plan/prices.ts";
import { renderReport } from "../plan/render.ts";
import { risksOf } from "../plan/risks.ts";

const DRIFT = 4;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    markdown: { type: "boolean", default: false },
    drift: { type: "boolean", default: false },
    endpoint: { type: "string" },
  },
});
const plans = positionals.map((argument) => {
  const [stack = "", file = ""] = argument.split("=");
  return readPlan(stack, readFileSync(file, "utf8"));
});
const list = await askPrices(values.endpoint || undefined).catch((error: unknown) => {
  if (!(error instanceof ApiError)) throw error;
  console.error(error.message);
  return undefined;
});
const prices = list && { lines: priceOf(plans, list), currency: list.currency };
const report = { plans, risks: risksOf(plans), prices };
process.stdout.write(renderReport(report, values.markdown ? "markdown" : "text"));
const differs = plans.some((plan) => plan.changes.length + plan.drift.length > 0);
if (values.drift && differs) process.exitCode = DRIFT;
