/**
 * Usage: node cli/bin/without-machines.ts FILE...
 *
 * Rewrites synthesised stacks (cdk.tf.json) so that they can be applied to a cloud without machines. A release
 * that lies beside one, in release/, is what the stack would deliver.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withoutMachines } from "../plan/compare.ts";

for (const file of process.argv.slice(2)) {
  const identity = join(dirname(file), "release/identity");
  const release = existsSync(identity) ? readFileSync(identity, "utf8") : "";
  writeFileSync(file, withoutMachines(readFileSync(file, "utf8"), release));
}
