/**
 * Usage: node operator/bin/local-authority.ts start|stop DIR
 *
 * The local cloud's certificate authority, with its files in DIR/authority; DIR is the cloud's directory. Exit
 * code 1, with one line, when it does not start.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readAuthority, runs, startAuthority, stopAuthority } from "../local-authority.ts";

/** As long as Let's Encrypt's will be from 2028 on. */
const LIFETIME = 45 * 86_400;

const [action, directory = ""] = process.argv.slice(2);
const place = resolve(directory, "authority");
if (action === "stop") stopAuthority(place);
else await start();

async function start(): Promise<void> {
  const there = readAuthority(place);
  if (there !== undefined && runs(place, there)) return;
  const cloud = JSON.parse(readFileSync(join(directory, "cloud.json"), "utf8"));
  mkdirSync(place, { recursive: true, mode: 0o700 });
  try {
    await startAuthority({
      place,
      address: cloud.dns_for_servers.split(":")[0], // servers reach this computer there
      nameserver: cloud.dns,
      httpPort: 80,
      lifetime: LIFETIME,
    });
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    console.error(
      `error: ${missing ? "Pebble is missing; run: scripts/setup.sh local --tests" : error}`,
    );
    process.exitCode = 1;
  }
}
