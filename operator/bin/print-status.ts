/**
 * Usage: host/status | node operator/bin/print-status.ts table|json ADDRESS STAGE_HOST PROD_HOST
 *
 * Renders what host/status prints.
 */
import { readFileSync } from "node:fs";
import { parseStatus, renderStatus } from "../status.ts";

const [format, address = "", stage = "", prod = ""] = process.argv.slice(2);
const rows = parseStatus(readFileSync(0, "utf8"), address, { stage, prod });
console.log(format === "json" ? JSON.stringify(rows, null, 2) : renderStatus(rows, new Date()));
