import { existsSync } from "node:fs";
import { join } from "node:path";
import { stopCa } from "../local-ca/ca.ts";
import { removePath } from "../remove.ts";
import type { Session } from "../session.ts";
import { stopEmulator } from "./emulator.ts";
import { endFaulty } from "./faulty-process.ts";
import { cloudDirectory, readLocalCloud } from "./identity.ts";
import { needDocker } from "./start.ts";

type Output = (text: string) => void;

/** Stops the servers, the registry and the process; all data are kept. */
export async function stopLocalCloud(session: Session, output: Output): Promise<void> {
  await stopProcesses(session.root);
  await docker(session, "stop", output);
}

/** Removes all of the local cloud, and Terraform's local state, which described what is gone then. */
export async function removeLocalCloud(session: Session, output: Output): Promise<void> {
  const { root, directory } = session;
  await needDocker(session.processes);
  await stopProcesses(root);
  await docker(session, "remove", output);
  for (const path of [
    cloudDirectory(root),
    join(directory, "cloud.lock"),
    join(directory, "state"),
  ])
    removePath(path);
}

async function docker(session: Session, action: "stop" | "remove", output: Output): Promise<void> {
  const { root, processes } = session;
  if (readLocalCloud(root) === undefined) return;
  await needDocker(processes);
  const program = join(root, "emulator/parts.ts");
  await processes.run(process.execPath, [program, action, cloudDirectory(root)], { output });
}

/** Ends the API's process, the CA's, if HTTPS has brought one, and what stands before faulty storage. */
async function stopProcesses(root: string): Promise<void> {
  const ca = join(cloudDirectory(root), "authority");
  if (existsSync(ca)) stopCa(ca);
  await endFaulty(root);
  await stopEmulator(root);
}
