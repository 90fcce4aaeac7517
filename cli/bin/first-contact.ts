/**
 * Usage: node cli/bin/first-contact.ts ADDRESS NAME   (by the server stack, with ONEBOX_SECRETS and ONEBOX_BOOT_SECONDS set)
 *
 * Exchanges a new VM's bootstrap host key for one of its own. Exit code 1, with one line, when that fails.
 */
import { Processes } from "../processes.ts";
import { makeFirstContact } from "../vm/first-contact.ts";

process.umask(0o077);
const [address = "", name = ""] = process.argv.slice(2);
const { ONEBOX_SECRETS: secrets = "", ONEBOX_BOOT_SECONDS: patience } = process.env;
const processes = new Processes(process.env);
const run = processes.run.bind(processes);
try {
  if (secrets === "") throw new Error("ONEBOX_SECRETS is not set");
  if (!patience) throw new Error("ONEBOX_BOOT_SECONDS is not set");
  await makeFirstContact({ address, name, secrets, run, patience: Number(patience) });
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
process.exit();
