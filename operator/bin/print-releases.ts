/**
 * Usage: host/releases ENVIRONMENT | node operator/bin/print-releases.ts table|json SERVING_RELEASE
 *
 * Renders what host/releases prints.
 */
import { readFileSync } from "node:fs";
import { parseReleases, renderReleases } from "../releases.ts";

const [format, serving = ""] = process.argv.slice(2);
const releases = parseReleases(readFileSync(0, "utf8"), serving);
console.log(format === "json" ? JSON.stringify(releases, null, 2) : renderReleases(releases));
