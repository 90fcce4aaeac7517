import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FailedError, RefusedError } from "../errors.ts";
import { certify } from "../local-ca/self-signed.ts";
import { Bucket } from "../objects/bucket.ts";
import { makeBucket } from "../objects/policy.ts";
import type { Login } from "../objects/sign.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { readFaulty } from "./faulty-process.ts";
import { readLocalCloud } from "./identity.ts";
import { answers, portOf, REGION, runObjects, waysOf } from "./objects-container.ts";
import { type LocalObjects, loginOf, placeOf, readObjects, writeObjects } from "./objects-login.ts";

/** The port at which servers reach the object storage. */
const PORT = 7480;

/**
 * Starts the local cloud's object storage, versitygw in containers with a volume, or what of it does not run.
 *
 * @returns undefined where the cloud has no machines
 */
export async function provideObjects(
  session: Session,
  step: Step,
): Promise<LocalObjects | undefined> {
  const { root } = session;
  const address = readLocalCloud(root)?.dns_for_servers?.split(":")[0];
  if (address === undefined) return undefined;
  const objects = describe(root, address);
  if (readFaulty(root) !== undefined) return objects; // somebody has asked for that: scripts/cloud.sh storage-fault
  for (const way of waysOf(objects)) {
    if (await answers(objects, way)) continue;
    step.progress("starting the object storage");
    await runObjects(session, objects, way, portOf(objects, way), step);
  }
  return objects;
}

/** The same, with the bucket of the backups. */
export async function provideBackupsBucket(
  session: Session,
  bucket: string,
  step: Step,
): Promise<void> {
  const objects = await provideObjects(session, step);
  if (objects === undefined || readFaulty(session.root) !== undefined) return;
  if (loginOf(objects, bucket) !== undefined)
    throw new RefusedError(
      `backups.bucket is ${bucket}, which an app has (scripts/cloud.sh bucket): take another name`,
    );
  const made = ownersBucket(objects, bucket);
  if (!(await isReady(made))) await makeBucket(made, objects.vm.accessKey);
}

/** A bucket as the owner of the storage sees it. */
export function ownersBucket({ endpoint, port, ca, owner }: LocalObjects, bucket: string): Bucket {
  return new Bucket({ endpoint, port, ca, region: REGION, bucket }, owner);
}

/** A login that nobody has yet. */
export function makeLogin(): Login {
  const random = () => randomBytes(20).toString("hex");
  return { accessKey: random(), secretKey: random() };
}

/** Whether the bucket is there and keeps versions. */
async function isReady(bucket: Bucket): Promise<boolean> {
  try {
    return (await bucket.ask("GET", { query: { versioning: "" } })).body.includes("Enabled");
  } catch (error) {
    if (error instanceof FailedError) return false;
    throw error;
  }
}

/** What is known of it, made when there is none; with another address it has another certificate. */
function describe(root: string, address: string): LocalObjects {
  const before = readObjects(root);
  if (before?.endpoint === address) return before;
  const tls = join(placeOf(root), "tls");
  mkdirSync(tls, { recursive: true, mode: 0o700 });
  const ca = join(tls, "ca.pem");
  certify(join(tls, "key.pem"), ca, `IP:${address}`);
  const { owner, vm, buckets } = before ?? { owner: makeLogin(), vm: makeLogin(), buckets: {} };
  // As scripts/backup.sh --login takes it.
  const login = `BACKUP_ACCESS_KEY=${owner.accessKey}\nBACKUP_SECRET_KEY=${owner.secretKey}\n`;
  writeFileSync(join(placeOf(root), "owner.env"), login, { mode: 0o600 });
  const objects = { endpoint: address, port: PORT, ca, owner, vm, buckets };
  writeObjects(root, objects);
  return objects;
}
