import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readPlain } from "../../config/plain-file.ts";
import type { BackupSecrets, DeploySecrets } from "../../config/secrets.ts";
import type { Login } from "../objects/sign.ts";
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
  /** The buckets that apps have, and the login of each. */
  buckets: z.record(z.string(), login).default({}),
});

/** What objects.json says of the local cloud's object storage; config/cloud.ts reads it too. */
export type LocalObjects = z.infer<typeof schema>;

/** The port at which apps ask it: without TLS, so that they need not be told of this cloud's CA. */
export const PLAIN_PORT = 7481;

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

/** The login of an app's bucket; undefined: no app has such a bucket. */
export function loginOf({ buckets }: LocalObjects, bucket: string): Login | undefined {
  return Object.hasOwn(buckets, bucket) ? buckets[bucket] : undefined;
}

/** Writes down what is known of it, and the logins beside the owner's as versitygw reads them. */
export function writeObjects(root: string, objects: LocalObjects): void {
  const users = join(placeOf(root), "kept/users");
  mkdirSync(users, { recursive: true, mode: 0o700 });
  const logins = [objects.vm, ...Object.values(objects.buckets)];
  writeFileSync(join(users, "users.json"), renderUsers(logins), { mode: 0o600 });
  const file = join(placeOf(root), "objects.json");
  writeFileSync(`${file}.new`, JSON.stringify(objects), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Logins that have no right of their own: the buckets' policies name them. */
export function renderUsers(logins: Login[]): string {
  const ids = { userID: 0, groupID: 0, projectID: 0 };
  const accounts = logins.map(({ accessKey: access, secretKey: secret }) => [
    access,
    { access, secret, role: "user", ...ids },
  ]);
  return JSON.stringify({ accessAccounts: Object.fromEntries(accounts) });
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
