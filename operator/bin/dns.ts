/**
 * Usage: node operator/bin/dns.ts wrong|all ADDRESS ADDRESS6 [SECONDS]
 *
 * Asks for the records of every host of the configuration. `wrong` prints those that are not as they
 * should be, `all` each of them. Exit code 1 when one is wrong, after asking again for SECONDS.
 */

import { plainText } from "../../cli/plain-text.ts";
import { lookAtRecords } from "../../cli/records.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";
import { describeAll, describeWrong } from "../dns/check.ts";

const [what, ipv4 = "", ipv6 = "", seconds = "0"] = process.argv.slice(2);
const config = await loadConfig();
const project = { config, cloud: resolveCloud(config, root) };
const findings = await lookAtRecords(project, { ipv4, ipv6 }, Number(seconds));
const describe = what === "all" ? describeAll : describeWrong;
for (const line of describe(findings)) console.log(plainText(line));
if (findings.some(({ right }) => !right)) process.exitCode = 1;
