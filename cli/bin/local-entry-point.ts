/**
 * Usage: node cli/bin/local-entry-point.ts PLACE ENDPOINT ADDRESS
 *
 * Forwards what VMs ask of https://api.hetzner.cloud to the local cloud, until it is ended; on the port that it
 * had before, if any. PLACE/door.json says where.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readEntryPoint } from "../local-ca/ca.ts";
import { openEntryPoint } from "../local-ca/entry-point.ts";

const [place = "", endpoint = "", address = ""] = process.argv.slice(2);
const before = Number(new URL(readEntryPoint(place)?.proxy ?? "http://x:0").port);
const { proxy, certificate } = await openEntryPoint(place, endpoint, address, before);
writeFileSync(join(place, "door.json"), JSON.stringify({ proxy, certificate, pid: process.pid }));
