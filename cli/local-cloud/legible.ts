import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argumentsOf, isEmulator, stopEmulator } from "./emulator.ts";
import { cloudDirectory, type LocalCloud, readLocalCloud } from "./identity.ts";

/** What stands for an id that nobody can read any more: Docker has nothing of that name. */
export const UNKNOWN = "unknown";

/** What a damaged cloud.json still says, as far as removing that cloud needs it. */
function readLegible(text: string): LocalCloud {
  const [, id = UNKNOWN] = /"id": ?"([0-9a-f]{6})"/.exec(text) ?? [];
  const [, registry = null] = /"registry": ?"(127\.77\.\d{1,3}\.1:\d{1,5})"/.exec(text) ?? [];
  return { id, registry, driver: "docker", endpoint: "", token: "", pid: null };
}

/** Writes a damaged cloud.json anew, so that its cloud can be removed; returns the id that it has. */
export async function mendIdentity(root: string): Promise<string> {
  const directory = cloudDirectory(root);
  const file = join(directory, "cloud.json");
  const isFile = statSync(file).isFile();
  const cloud = readLegible(isFile ? readFileSync(file, "utf8") : "");
  const pid = processes().find((each) => isEmulator(argumentsOf(each), directory)) ?? null;
  if (!isFile) rmSync(file, { recursive: true });
  writeFileSync(file, JSON.stringify({ ...cloud, pid }), { mode: 0o600 });
  await stopEmulator(root); // one that still runs writes all of the file when it ends
  return readLocalCloud(root)?.id ?? UNKNOWN;
}

function processes(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}
