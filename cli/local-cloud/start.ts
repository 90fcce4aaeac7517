import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { FailedError, RefusedError } from "../errors.ts";
import { takeLock } from "../lock.ts";
import type { Processes } from "../processes.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { apiAnswers, startEmulator } from "./emulator.ts";
import { cloudDirectory, type Driver, type LocalCloud, readLocalCloud } from "./identity.ts";
import { provideObjects } from "./objects.ts";
import { readObjects } from "./objects-login.ts";
import { allMirrored, provideRegistry } from "./registry.ts";

/** The local cloud if all of it runs. */
export async function runningCloud(root: string): Promise<LocalCloud | undefined> {
  const cloud = readLocalCloud(root);
  const runs = cloud !== undefined && (await apiAnswers(cloud)) && (await allMirrored(cloud, root));
  return runs ? cloud : undefined;
}

/** Starts the local cloud, or what of it does not run. One start at a time; a second one then finds it running. */
export async function startLocalCloud(
  session: Session,
  step: Step,
  driver?: Driver,
): Promise<LocalCloud> {
  const { root, directory } = session;
  await needDocker(session.processes);
  mkdirSync(cloudDirectory(root), { recursive: true });
  const release = await takeLock(session, join(directory, "cloud.lock"));
  try {
    const cloud = await provideApi(session, step, driver);
    const { registry } = cloud;
    if (registry !== null) await provideRegistry(session, { ...cloud, registry }, step);
    if (readObjects(root) !== undefined) await provideObjects(session, step);
    return cloud;
  } finally {
    release();
  }
}

async function provideApi(
  session: Session,
  { progress, output }: Step,
  wish: Driver | undefined,
): Promise<LocalCloud> {
  const { root, processes } = session;
  const cloud = readLocalCloud(root);
  if (cloud !== undefined && (await apiAnswers(cloud))) return cloud;
  const driver = wish ?? cloud?.driver ?? "docker";
  progress("building the image of the servers");
  const build = driver === "qemu" ? "emulator/vms/build.sh" : "emulator/hosts/build.sh";
  await processes.run(join(root, build), [], { output });
  progress("starting the local cloud");
  return startEmulator(session, driver);
}

/** @throws RefusedError with the command that helps */
export async function needDocker(processes: Pick<Processes, "run">): Promise<void> {
  try {
    const { code } = await processes.run("docker", ["info"], { codes: "any" });
    if (code === 0) return;
  } catch (error) {
    if (!(error instanceof FailedError)) throw error;
    throw new RefusedError("the local cloud needs Docker; scripts/setup.sh local installs it");
  }
  throw new RefusedError("Docker does not answer; scripts/setup.sh local starts it");
}
