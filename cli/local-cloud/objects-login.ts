import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readPlain } from "../../config/plain-file.ts";
import type { BackupSecrets, DeploySecrets } from "../../config/secrets.ts";
import { cloudDirectory } from "./identity.ts";

const login = z.object({ accessKey: z.string(), secretKey: z.string() });
const schema = z.object({
  endpoint: z.string(),
  port: z.number(),
  ca: z.string(),
  /** Whose it is: may do anything. */
  owner: login,
  /** The VM's: reads and adds, and deletes nothing for good. */
  vm: login,
});

/** What objects.json says of the local cloud's object storage; config/cloud.ts reads it too. */
export type LocalObjects = z.infer<typeof schema>;

/** Where a clone's local cloud keeps what belongs to its object storage. */
export const placeOf = (root: string) => join(cloudDirectory(root), "objects");

/** The local cloud's object storage; undefined before it was started for the first time. */
export function readObjects(root: string): LocalObjects | undefined {
  return readObjectsIn(placeOf(root));
}

/** That of the cloud whose storage has its own in this directory. */
export function readObjectsIn(place: string): LocalObjects | undefined {
  const file = join(place, "objects.json");
  return existsSync(file) ? schema.parse(JSON.parse(readPlain(file).toString())) : undefined;
}

/** The login of the local cloud's object storage, and the key: .env's, or one that goes with the clone's own keys. */
export function localBackupSecrets(
  root: string,
  { backups, deployKey }: Pick<DeploySecrets, "backups" | "deployKey">,
): BackupSecrets {
  const { accessKey, secretKey } = readObjects(root)?.vm ?? { accessKey: "", secretKey: "" };
  const own = createHash("sha256").update(deployKey).digest("hex");
  return { ...backups, key: backups.key || own, accessKey, secretKey };
}
