/**
 * Usage: node operator/bin/dns.ts wrong|all ADDRESS ADDRESS6 [SECONDS]
 *
 * Asks for the records of every host of the configuration. `wrong` prints those that are not as they
 * should be, `all` each of them. Exit code 1 when one is wrong, after asking again for SECONDS.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { plainText } from "../../cli/plain-text.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";
import { proxiesOf } from "../../config/proxies.ts";
import { recordsOf } from "../../config/records.ts";
import { checkRecords, describeAll, describeWrong } from "../dns/check.ts";
import { createAsk } from "../dns/resolver.ts";

const [what, ipv4 = "", ipv6 = "", seconds = "0"] = process.argv.slice(2);
const config = await loadConfig();
const cloud = resolveCloud(config, root);
const records = recordsOf(config, cloud, { ipv4, ipv6 });
const deadline = Date.now() + 1000 * Number(seconds);

const check = () => checkRecords(records, createAsk(cloud.nameserver), proxiesOf(config));
let findings = await check();
while (findings.some(({ right }) => !right) && Date.now() < deadline) {
  await sleep(500);
  findings = await check();
}
const describe = what === "all" ? describeAll : describeWrong;
for (const line of describe(findings)) console.log(plainText(line));
if (findings.some(({ right }) => !right)) process.exitCode = 1;
