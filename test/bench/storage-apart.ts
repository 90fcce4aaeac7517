import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadIdentity } from "../../emulator/identity.ts";
import type { Stage } from "../support/stage.ts";

const execute = promisify(execFile);
const docker = (...args: string[]) => execute("docker", args);

function nameOf(stage: Stage): { label: string; name: string } {
  const cloud = loadIdentity(join(stage.clone.directory, ".onebox/cloud"));
  if (cloud === null) throw new Error("there is no local cloud");
  return { label: `onebox.cloud=${cloud.id}`, name: `onebox-${cloud.id}-objects` };
}

/**
 * Has the local cloud's object storage, before it is there, keep what it holds in memory: at Hetzner it is somebody
 * else's machine, and here its writes would wait at the same disk as the database's log. A container that does nothing
 * keeps the memory there; all of it goes with the cloud.
 */
export async function setStorageApart(stage: Stage): Promise<void> {
  await stage.run("cloud.sh", "start");
  const { label, name } = nameOf(stage);
  const memory = ["type=tmpfs", "device=tmpfs"].flatMap((each) => ["--opt", each]);
  await docker("volume", "create", "--label", label, ...memory, name);
  const idle = ["--entrypoint", "sleep", "postgres:17.11-trixie", "infinity"];
  const holder = ["--detach", "--name", `${name}-kept`, "--volume", `${name}:/kept`];
  await docker("run", "--label", label, ...holder, ...idle);
}

/** Has it take what the VM leaves of the processors: of two that want one, the least that Docker gives. */
export async function yieldStorage(stage: Stage): Promise<void> {
  await docker("update", "--cpu-shares", "2", nameOf(stage).name);
}

/** How many seconds of a processor it has taken so far. */
export async function storageTook(stage: Stage): Promise<number> {
  const { stdout } = await docker("top", nameOf(stage).name, "-eo", "pid,cputimes");
  const [, ...processes] = stdout.trim().split("\n");
  return processes.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[1]), 0);
}
