/**
 * Usage: node cli/bin/local-ca.ts start|stop DIR
 *
 * The local cloud's CA, with its files in DIR/authority, and the entry point by which servers reach the cloud's
 * API at Hetzner's address; DIR is the cloud's directory. Exit code 1, with one line, when one does not start.
 */
import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readCa, readEntryPoint, runs, startCa, stopCa } from "../local-ca/ca.ts";

/** As long as Let's Encrypt's will be from 2028 on. */
const LIFETIME = 45 * 86_400;

const [action, directory = ""] = process.argv.slice(2);
const place = resolve(directory, "authority");
if (action === "stop") stopCa(place);
else await start();

async function start(): Promise<void> {
  const cloud = JSON.parse(readFileSync(join(directory, "cloud.json"), "utf8"));
  const address = cloud.dns_for_servers.split(":")[0]; // servers reach this computer there
  mkdirSync(place, { recursive: true, mode: 0o700 });
  try {
    const there = readCa(place);
    if (there === undefined || !runs(place, there)) {
      const lifetime = LIFETIME;
      await startCa({ place, address, nameserver: cloud.dns, httpPort: 80, lifetime });
    }
    await keepEntryPoint(cloud.endpoint, address);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    console.error(
      `error: ${missing ? "Pebble is missing; run: scripts/setup.sh local --tests" : error}`,
    );
    process.exitCode = 1;
  }
}

/** Opens the entry point to the API as a process that outlives this one, unless it is open. */
async function keepEntryPoint(endpoint: string, address: string): Promise<void> {
  const open = () => {
    const found = readEntryPoint(place);
    return found !== undefined && runs(place, found);
  };
  if (open()) return;
  const program = fileURLToPath(new URL("local-entry-point.ts", import.meta.url));
  const log = openSync(join(place, "door.log"), "a");
  spawn(process.execPath, [program, place, endpoint, address], {
    stdio: ["ignore", log, log],
    detached: true,
  }).unref();
  for (const end = Date.now() + 10_000; !open(); await sleep(50))
    if (Date.now() > end)
      throw new Error(`the entry point to the API does not open; see ${place}/door.log`);
}
