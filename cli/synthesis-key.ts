import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../config/cloud.ts";
import type { Config } from "../config/schema.ts";

/** What a synthesis reads of the repository beside the configuration; package-lock.json stands for node_modules. */
export const sources = [
  "main.ts",
  "config",
  "stacks",
  "host",
  "traefik",
  "toolchain/checksums",
  "providers/hcloud",
  "docker-compose.yml",
  "cdktf.json",
  "package.json",
  "package-lock.json",
];

/**
 * A number of all that main.ts makes its JSON of: while it stays the same, so does that.
 *
 * @param root the repository
 * @returns 64 hexadecimal digits
 */
export function synthesisKey(config: Config, cloud: Cloud, root: string): string {
  const hash = createHash("sha256").update(JSON.stringify([process.version, config, cloud]));
  const add = (path: string) => {
    const { mode } = statSync(path);
    hash
      .update(`${path.slice(root.length)} ${mode}\0`)
      .update(readFileSync(path))
      .update("\0");
  };
  for (const source of sources) for (const path of filesBelow(join(root, source))) add(path);
  for (const path of [cloud.ca.api, cloud.proof.entryPoint?.certificate]) if (path) add(path);
  return hash.digest("hex");
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== "node_modules")
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}
