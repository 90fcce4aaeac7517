/**
 * Usage: node operator/bin/maintenance.ts render ENVIRONMENT HOSTS HTTPS MESSAGE RETRY_AFTER ALLOW
 *        host/maintenance ENVIRONMENT status | node operator/bin/maintenance.ts describe ENVIRONMENT
 *
 * Renders the maintenance file for Traefik, or what its status means. HOSTS and ALLOW: with commas; HTTPS: true or false;
 * an empty MESSAGE is the usual one. Exit code 2: the options are not usable.
 */
import { readFileSync } from "node:fs";
import {
  DEFAULT_MESSAGE,
  describeMaintenance,
  problemsOf,
  renderMaintenance,
} from "../maintenance.ts";

const [
  action,
  environment = "",
  hosts = "",
  https = "",
  message = "",
  retryAfter = "",
  allow = "",
] = process.argv.slice(2);

if (action === "describe") {
  console.log(describeMaintenance(environment, readFileSync(0, "utf8")));
} else {
  const maintenance = {
    message: message || DEFAULT_MESSAGE,
    retryAfter: Number(retryAfter),
    allow: allow.split(",").filter(Boolean),
  };
  const problems = problemsOf(maintenance);
  for (const problem of problems) console.error(`maintenance.sh: ${problem}`);
  if (problems.length > 0) process.exitCode = 2;
  else
    process.stdout.write(
      renderMaintenance(
        { environment, hosts: hosts.split(","), https: https === "true" },
        maintenance,
      ),
    );
}
