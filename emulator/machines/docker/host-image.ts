import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BUILD = fileURLToPath(new URL("../../hosts/build.sh", import.meta.url));

/** The name of the servers' image; builds it if this version of it does not exist yet. */
export async function hostImage(): Promise<string> {
  const run = promisify(execFile);
  await run(BUILD, [], { maxBuffer: 1 << 26 });
  return (await run(BUILD, ["--name"])).stdout.trim();
}
