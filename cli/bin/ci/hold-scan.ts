/**
 * Usage: node cli/bin/ci/hold-scan.ts REPORT BUDGET
 *
 * Holds Grype's JSON report against a budget and prints the verdict. Exit codes: 1 over the budget; 2 a
 * file cannot be read.
 */
import { readFileSync } from "node:fs";
import { holdScan } from "../../ci/scan.ts";

const [report = "", budget = ""] = process.argv.slice(2);

function read(file: string) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    console.error(`scan.sh: ${file} cannot be read as JSON: ${(cause as Error).message}`);
    process.exit(2);
  }
}

const today = new Date().toISOString().slice(0, 10);
const { withinBudget, text } = holdScan(read(report), read(budget), today);
console.log(text);
if (!withinBudget) process.exitCode = 1;
