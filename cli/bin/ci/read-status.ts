/**
 * Usage: scripts/status.sh --json | node cli/bin/ci/read-status.ts ENVIRONMENT
 *
 * Prints the commit that ENVIRONMENT serves; nothing when it serves nothing.
 */
import { readFileSync } from "node:fs";
import type { EnvironmentStatus } from "../../vm/status.ts";

const rows = JSON.parse(readFileSync(0, "utf8") || "[]") as EnvironmentStatus[];
process.stdout.write(rows.find((row) => row.environment === process.argv[2])?.commit ?? "");
