import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../config/cloud.ts";
import type { Config } from "../../config/schema.ts";
import { SecretStore } from "../secrets/store.ts";

/** What a full deploy brings to the VM, and a release by a key does not. */
const brought = ["cli/release", "config", "docker-compose.yml", "host", "stacks", "traefik"];

/**
 * A number of all that an environment is deployed from beside its image, secrets included: by the hashes that git-secret
 * keeps of them, so that whoever cannot read them knows it too. While it stays the same, another image is all that is new.
 *
 * @returns 64 hexadecimal digits
 */
export function sourceOf(
  root: string,
  { config, cloud }: { config: Config; cloud: Pick<Cloud, "domain" | "repository"> },
  environment: string,
): string {
  const hash = createHash("sha256");
  const add = (name: string, text: string | Buffer) =>
    hash.update(`${name}\0${text.length}\0`).update(text);
  add("config", JSON.stringify([config, cloud.domain, cloud.repository]));
  for (const path of brought.flatMap((name) => filesBelow(root, name)))
    add(path, readFileSync(join(root, path)));
  const secrets = new SecretStore(root, undefined);
  add("secrets", secrets.plainHash(`.env.${environment}`));
  return hash.digest("hex");
}

function filesBelow(root: string, path: string): string[] {
  const whole = join(root, path);
  if (!existsSync(whole)) return [];
  if (!statSync(whole).isDirectory()) return [path];
  return readdirSync(whole)
    .sort()
    .flatMap((name) => filesBelow(root, `${path}/${name}`));
}
