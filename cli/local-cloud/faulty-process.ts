import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { FailedError } from "../errors.ts";
import { poll } from "../poll.ts";
import type { Session } from "../session.ts";
import { argumentsOf } from "./emulator.ts";
import type { Fault } from "./faulty-objects.ts";
import { placeOf } from "./objects-login.ts";

/** Milliseconds in which a fault has to be there, or gone. */
const PATIENCE = 10_000;

/** What answers in the place of the object storage. */
const schema = z.object({ pid: z.int().positive(), port: z.int(), fault: z.string() });
type Faulty = z.infer<typeof schema>;

/** What stands before the object storage of a clone's local cloud; undefined: nothing, it answers itself. */
export function readFaulty(root: string): Faulty | undefined {
  const place = placeOf(root);
  const file = join(place, "faulty.json");
  if (!existsSync(file)) return undefined;
  const faulty = schema.parse(JSON.parse(readFileSync(file, "utf8")));
  return argumentsOf(faulty.pid).includes(place) ? faulty : undefined;
}

/** Ends what stands before the object storage, if anything does. */
export async function endFaulty(root: string): Promise<void> {
  const faulty = readFaulty(root);
  if (faulty !== undefined) process.kill(faulty.pid);
  const isGone = () => readFaulty(root) === undefined;
  if (!(await poll(isGone, Boolean, { within: PATIENCE, pause: 50 })))
    throw new FailedError(
      `process ${faulty?.pid}, which stands before the object storage, does not end`,
    );
  rmSync(join(placeOf(root), "faulty.json"), { force: true });
}

/** Starts what answers in the place of the object storage, which is at the port meanwhile; it outlives this process. */
export async function startFaulty({ root, environment }: Session, port: number, fault: Fault) {
  const place = placeOf(root);
  const log = join(place, "faulty.log");
  const output = openSync(log, "a", 0o600);
  const program = fileURLToPath(new URL("../bin/faulty-objects.ts", import.meta.url));
  spawn(process.execPath, [program, place, String(port), fault], {
    stdio: ["ignore", output, output],
    env: environment,
    detached: true,
  }).unref();
  const isThere = () => readFaulty(root) !== undefined;
  if (!(await poll(isThere, Boolean, { within: PATIENCE, pause: 50 })))
    throw new FailedError(`the fault could not be brought about; see ${log}`);
}
