import { execFile } from "node:child_process";
import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { removePath } from "../../cli/remove.ts";
import { root } from "../../config/load.ts";
import { type Identity, loadIdentity } from "../../emulator/identity.ts";
import { endProcesses } from "./processes.ts";

const execute = promisify(execFile);

/**
 * Removes a directory of a run with all that was made from there, however it ended: processes, local clouds, containers
 * and networks of tests, mounts, files. Can be interrupted and called again.
 *
 * @param shared a directory beside it whose processes stay, although they may have been started from this one
 */
export async function cleanUp(directory: string, shared?: string): Promise<void> {
  await endProcesses(directory, shared);
  if (existsSync(directory)) await removeFromDocker(directory);
  await unmount(directory);
  removePath(directory);
  removeSecrets();
}

/** Local clouds keep what they are in a file of this name. */
function clouds(directory: string): string[] {
  return list(directory).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && ![".git", "node_modules"].includes(entry.name)) return clouds(path);
    return entry.isFile() && entry.name === "cloud.json" ? [directory] : [];
  });
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // another user's, or just gone, or a mount that answers no more: no cloud of ours is in it
  }
}

interface Part {
  kind: "container" | "network" | "volume";
  id: string;
}

/** What Docker keeps that belongs to a test or a cloud by its label, in the order in which it can be removed. */
async function parts(fits: (test: string, cloud: string) => boolean): Promise<Part[]> {
  const list = async (kind: Part["kind"], ...args: string[]) => {
    const id = kind === "volume" ? "{{.Name}}" : "{{.ID}}";
    const format = `${id}\t{{.Label "onebox.test"}}\t{{.Label "onebox.cloud"}}`;
    const { stdout } = await execute("docker", [kind, "ls", ...args, "--format", format]);
    const rows = stdout.split("\n").map((line) => line.split("\t"));
    return rows
      .filter(([, test = "", cloud = ""]) => fits(test, cloud))
      .map(([id = ""]) => ({ kind, id }));
  };
  const kinds = [list("container", "--all"), list("network"), list("volume")];
  return (await Promise.all(kinds)).flat();
}

/** Removes what clouds and tests of the directory have made; also what Docker was still at when they ended. */
async function removeFromDocker(directory: string): Promise<void> {
  const made = clouds(directory).flatMap((data) => {
    const identity = identityOf(data);
    return identity === null || identity.driver === "api-only" ? [] : [{ data, id: identity.id }];
  });
  const ids = made.map(({ id }) => id);
  const find = () =>
    parts((test, cloud) => `${test}/`.startsWith(`${directory}/`) || ids.includes(cloud));
  if (!(await answers())) {
    if (made.length === 0) return;
    throw new Error("Docker does not answer, and may have what a local cloud has made");
  }
  for (let quiet = 0, tries = 0; quiet < 2; tries++) {
    const found = await find();
    if (tries > 30) throw new Error(`these cannot be removed: ${JSON.stringify(found)}`);
    for (const { kind, id } of found) {
      const force = kind === "container" ? ["--force", "--volumes"] : [];
      await execute("docker", [kind, "rm", ...force, id]).catch(() => {}); // the next look tells
    }
    quiet = found.length === 0 ? quiet + 1 : 0;
    await sleep(300);
  }
  for (const { data } of made) await removeNamed(data);
}

/** What a cloud is; null where that cannot be read, as another user's. */
function identityOf(data: string): Identity | null {
  try {
    return loadIdentity(data);
  } catch {
    return null;
  }
}

const answers = () =>
  execute("docker", ["info"]).then(
    () => true,
    () => false,
  );

/** What bears no label: a cloud's volumes and images, by name, as scripts/cloud.sh reset removes them. */
async function removeNamed(data: string): Promise<void> {
  await execute(process.execPath, [join(root, "emulator/parts.ts"), "remove", data]);
}

/** Takes away what builders and servers have mounted there. */
async function unmount(directory: string): Promise<void> {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((path) => path.startsWith(`${directory}/`));
  for (const path of mounts.reverse()) await execute("umount", ["--lazy", path]).catch(() => {});
}

/** Directories with decrypted secrets whose script was killed: they are not in TMPDIR, but in memory. */
function removeSecrets(place = "/dev/shm"): void {
  if (!existsSync(place)) return;
  for (const name of readdirSync(place)) {
    const pid = /^onebox\.(\d+)\./.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const path = join(place, name);
    const own = statSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.();
    if (own) removePath(path);
  }
}
