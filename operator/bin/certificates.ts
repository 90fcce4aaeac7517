/**
 * Usage: node operator/bin/certificates.ts ENVIRONMENT ADDRESS [SECONDS]
 *
 * Asks for the certificate of every host of an environment, as a browser would, at the server's address; for
 * stage, also for the previews'.
 * Prints a line each; exit code 1 when one is missing or about to end, after asking again for SECONDS.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { plainText } from "../../cli/plain-text.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { hostsOf } from "../../config/hosts.ts";
import { loadConfig, root } from "../../config/load.ts";
import { certifiedWildcardOf } from "../../config/records.ts";
import type { EnvironmentName } from "../../config/schema.ts";
import { describe, inspect } from "../certificates.ts";

const [environment = "", address = "", seconds = "0"] = process.argv.slice(2);
const config = await loadConfig();
const cloud = resolveCloud(config, root);
const { roots } = cloud.authority;
const trusted = roots === undefined ? undefined : readFileSync(roots, "utf8");
const deadline = Date.now() + 1000 * Number(seconds);

const { all, redirects } = hostsOf(config, cloud.domain, environment as EnvironmentName);
const wildcard = environment === "stage" ? certifiedWildcardOf(config, cloud) : undefined;
// Whatever no preview is called has the wildcard's too.
const hosts = [...all, ...redirects, ...(wildcard ? [wildcard.replace("*", "onebox-check")] : [])];
const look = () => Promise.all(hosts.map((host) => inspect(host, address, 443, trusted)));
let found = await look();
while (found.some(({ until }) => until === undefined) && Date.now() < deadline) {
  await sleep(500);
  found = await look();
}
const shortlived = cloud.authority.profiles && config.https?.profile === "shortlived";
const told = found.map((certificate) => describe(certificate, new Date(), shortlived));
for (const { line } of told) console.log(plainText(line));
if (told.some(({ good }) => !good)) process.exitCode = 1;
