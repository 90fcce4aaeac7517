import { createHash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, openSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { EnvironmentName } from "../../config/schema.ts";
import { FailedError } from "../errors.ts";
import type { Session } from "../session.ts";
import { operate } from "../vm/operate.ts";
import type { Vm } from "../vm/vm.ts";
import { whoWorks } from "../who.ts";

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

/** @returns its checksum, by which the VM calls it */
async function sendDump(vm: Vm, environment: EnvironmentName, file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const sum = hash.digest("hex");
  const input = openSync(file, "r");
  try {
    const take = `/opt/onebox/bin/take-dump ${environment} ${sum} ${fstatSync(input).size}`;
    if ((await vm.stream(take, { input })) !== 0) throw new FailedError("the data are unchanged");
  } finally {
    closeSync(input);
  }
  return sum;
}
