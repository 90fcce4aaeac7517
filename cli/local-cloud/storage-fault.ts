import { RefusedError } from "../errors.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import type { Fault } from "./faulty-objects.ts";
import { endFaulty, readFaulty, startFaulty } from "./faulty-process.ts";
import { provideObjects } from "./objects.ts";
import { endObjects, runObjects } from "./objects-container.ts";
import { readObjects } from "./objects-login.ts";

/** Has the object storage do something wrong from here on, or nothing any more. Its data stay as they are. */
export async function setStorageFault(
  session: Session,
  fault: Fault | undefined,
  step: Step,
): Promise<void> {
  const { root } = session;
  const objects = readObjects(root);
  if (objects === undefined)
    throw new RefusedError(
      "the local cloud has no object storage: it comes with the first deploy with backups (docs/backups.md), or scripts/cloud.sh bucket",
    );
  const before = readFaulty(root);
  await endFaulty(root);
  if (fault === undefined) {
    await provideObjects(session, step);
    return;
  }
  await endObjects(session, "plain", step);
  const port = before?.port ?? (await runObjects(session, objects, "tls", undefined, step));
  await startFaulty(session, port, fault);
}
