/**
 * Usage: node operator/bin/without-machines.ts FILE...
 *
 * Rewrites synthesised stacks (cdk.tf.json) so that they can be applied to a cloud without machines.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { withoutMachines } from "../plan/compare.ts";

for (const file of process.argv.slice(2)) {
  writeFileSync(file, withoutMachines(readFileSync(file, "utf8")));
}
