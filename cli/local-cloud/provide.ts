import type { Config } from "../../config/schema.ts";
import { startLocalCa } from "../local-ca/start.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { cloudDirectory } from "./identity.ts";
import { provideBackupsBucket, provideObjects } from "./objects.ts";
import { readObjects } from "./objects-login.ts";
import { runningCloud, startLocalCloud } from "./start.ts";

/** Starts the local cloud, with what the configuration needs of it, unless it runs. */
export async function provideLocalCloud(
  session: Session,
  config: Config,
  step: Step,
): Promise<void> {
  const { root, environment } = session;
  step.progress("starting the local cloud");
  if ((await runningCloud(root)) === undefined) await startLocalCloud(session, step);
  if (config.backups !== undefined)
    await provideBackupsBucket(session, config.backups.bucket, step);
  else if (readObjects(root) !== undefined) await provideObjects(session, step);
  if (config.https !== undefined) await startLocalCa(cloudDirectory(root), environment);
}
