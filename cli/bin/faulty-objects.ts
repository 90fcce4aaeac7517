/**
 * Usage: node cli/bin/faulty-objects.ts PLACE PORT FAULT
 *
 * Answers in the place of the local cloud's object storage, which is at PORT meanwhile, with a fault, until it is ended.
 * PLACE/faulty.json says that it does.
 */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fault, FaultyObjects } from "../local-cloud/faulty-objects.ts";
import { PLAIN_PORT, readObjectsIn } from "../local-cloud/objects-login.ts";

const [place = "", behind = "", fault = ""] = process.argv.slice(2);
const objects = readObjectsIn(place);
if (objects === undefined) throw new Error(`${place} has no objects.json`);
const faulty = new FaultyObjects(objects.endpoint, Number(behind), join(place, "tls"));
faulty.set(fault as Fault);
await faulty.start(objects.port, PLAIN_PORT);
const file = join(place, "faulty.json");
writeFileSync(`${file}.new`, JSON.stringify({ pid: process.pid, port: Number(behind), fault }));
renameSync(`${file}.new`, file);
