import { createHash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, openSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { EnvironmentName } from "../../config/schema.ts";
import { FailedError } from "../errors.ts";
import type { Session } from "../session.ts";
import { bringUpToDate } from "../vm/older.ts";
import { operate } from "../vm/operate.ts";
import type { Vm } from "../vm/vm.ts";
import { whoWorks } from "../who.ts";

/** A shell's exit code for a program that it does not find. */
const NOT_THERE = 127;

/** Sends a dump to the VM, and then has it take the place of what is there: the connection may end from then on. */
export async function loadDump(
  session: Session,
  vm: Vm,
  environment: EnvironmentName,
  file: string,
): Promise<void> {
  const by = await whoWorks(session);
  await session.steps.run("load", async (step) => {
    step.left = "the data are unchanged: run it again";
    step.progress(`sending ${file}`);
    const sum = await sendDump(vm, environment, file);
    const order = { environment, action: "load" as const, patience: 0, by, arguments: [sum] };
    await operate(vm, order, step);
    step.note = `${environment} has the data of ${file}`;
  });
}

/**
 * Sends it to the VM's volume, where nothing else changes by that.
 *
 * @returns its checksum, by which the VM calls it
 * @throws {FailedError} It did not come whole, or nothing there takes it.
 */
export async function sendDump(
  vm: Pick<Vm, "stream">,
  environment: EnvironmentName,
  file: string,
): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const sum = hash.digest("hex");
  const input = openSync(file, "r");
  try {
    const take = `/opt/onebox/bin/take-dump ${environment} ${sum} ${fstatSync(input).size}`;
    const code = await vm.stream(take, { input });
    if (code === NOT_THERE)
      throw new FailedError("the VM is from before dumps were sent to it; the data are unchanged", {
        next: bringUpToDate(environment),
      });
    if (code !== 0) throw new FailedError("the data are unchanged");
  } finally {
    closeSync(input);
  }
  return sum;
}
