import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { readPlain } from "../../config/plain-file.ts";
import type { Environment } from "../environment.ts";
import { FailedError } from "../errors.ts";
import { poll } from "../poll.ts";
import { readCa, readEntryPoint, runs, startCa } from "./ca.ts";

/** Seconds, as long as Let's Encrypt's will be from 2028 on. */
const LIFETIME = 45 * 86_400;
/** Milliseconds in which the entry point has to be open. */
const PATIENCE = 10_000;

/** Of cloud.json; both name servers as ADDRESS:PORT. */
const schema = z.object({ endpoint: z.string(), dns: z.string(), dns_for_servers: z.string() });

/**
 * Starts what HTTPS needs of the local cloud, unless it runs: a CA, and the entry point by which servers reach the
 * cloud's API at Hetzner's address. Both outlive this process.
 *
 * @param cloud the cloud's directory
 * @param environment what they get
 */
export async function startLocalCa(cloud: string, environment: Environment): Promise<void> {
  const found = schema.parse(JSON.parse(readPlain(join(cloud, "cloud.json")).toString()));
  const { endpoint, dns: nameserver } = found;
  const [address = ""] = found.dns_for_servers.split(":"); // servers reach this computer there
  const place = join(cloud, "authority");
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const before = readCa(place);
  if (before === undefined || !runs(place, before)) {
    const settings = { place, address, nameserver, httpPort: 80, lifetime: LIFETIME, environment };
    await startCa(settings).catch((cause) => {
      throw withAdvice(cause);
    });
  }
  await openEntryPoint(place, endpoint, { address, environment });
}

function withAdvice(cause: Error): FailedError {
  if ((cause as NodeJS.ErrnoException).code !== "ENOENT") {
    return new FailedError(cause.message, { cause });
  }
  return new FailedError("Pebble is missing", { next: "scripts/setup.sh local --tests", cause });
}

async function openEntryPoint(
  place: string,
  endpoint: string,
  { address, environment }: { address: string; environment: Environment },
): Promise<void> {
  const isOpen = () => {
    const found = readEntryPoint(place);
    return found !== undefined && runs(place, found);
  };
  if (isOpen()) return;
  const program = fileURLToPath(new URL("../bin/local-entry-point.ts", import.meta.url));
  const log = join(place, "door.log");
  const output = openSync(log, "a");
  spawn(process.execPath, [program, place, endpoint, address], {
    stdio: ["ignore", output, output],
    env: environment,
    detached: true,
  }).unref();
  if (await poll(isOpen, Boolean, { within: PATIENCE, pause: 50 })) return;
  throw new FailedError(`the entry point to the API does not open; see ${log}`);
}
