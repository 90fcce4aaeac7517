/**
 * Usage: node operator/bin/certificates.ts ENVIRONMENT ADDRESS [SECONDS]
 *
 * Asks for the certificate of every host of an environment, as a browser would, at the server's address; for
 * stage, also for the previews'.
 * Prints a line each; exit code 1 when one is missing or about to end, after asking again for SECONDS.
 */
import { lookAtCertificates } from "../../cli/certificates.ts";
import { plainText } from "../../cli/plain-text.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";
import type { EnvironmentName } from "../../config/schema.ts";

const [environment = "", address = "", seconds = "0"] = process.argv.slice(2);
const config = await loadConfig();
const told = await lookAtCertificates({
  project: { config, cloud: resolveCloud(config, root) },
  environment: environment as EnvironmentName,
  address,
  patience: Number(seconds),
});
for (const { line } of told) console.log(plainText(line));
if (told.some(({ good }) => !good)) process.exitCode = 1;
