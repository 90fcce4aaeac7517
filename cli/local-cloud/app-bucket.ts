import { join } from "node:path";
import { bucket as bucketName } from "../../config/schema/values.ts";
import type { Config } from "../../config/schema.ts";
import { RefusedError } from "../errors.ts";
import { takeLock } from "../lock.ts";
import { makeAppBucket } from "../objects/policy.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { readFaulty } from "./faulty-process.ts";
import { makeLogin, ownersBucket, provideObjects } from "./objects.ts";
import { answers, keepObjects, portOf, REGION, runObjects } from "./objects-container.ts";
import { type LocalObjects, loginOf, PLAIN_PORT } from "./objects-login.ts";

/** @throws RefusedError when there can be no such bucket for an app */
export function checkAppBucket(name: string, { cloud, backups }: Config): void {
  if (cloud === "hetzner")
    throw new RefusedError(
      'cloud is "hetzner": make the bucket and its S3 keys in Hetzner\'s console, and put them in by scripts/secrets.sh edit stage (docs/uploads.md)',
    );
  const { error } = bucketName.safeParse(name);
  if (error !== undefined) throw new RefusedError(`NAME ${error.issues[0]?.message}`);
  if (backups?.bucket === name)
    throw new RefusedError(
      `${name} is the backups' bucket, which no app reaches: take another name`,
    );
}

/**
 * Makes a bucket in the local cloud for an app, unless it is there, and a login that reaches it and nothing else.
 *
 * @returns lines for the secrets of an environment
 */
export async function provideAppBucket(
  session: Session,
  name: string,
  step: Step,
): Promise<string[]> {
  const { root, directory } = session;
  if (readFaulty(root) !== undefined)
    throw new RefusedError(
      "the object storage has a fault; scripts/cloud.sh storage-fault none ends it",
    );
  const release = await takeLock(session, join(directory, "cloud.lock"));
  try {
    const objects = await provideObjects(session, step);
    if (objects === undefined)
      throw new RefusedError("this local cloud has no servers, and so no object storage");
    const bucket = ownersBucket(objects, name);
    const known = loginOf(objects, name);
    if (known === undefined && (await bucket.ask("HEAD")).status !== 404)
      throw new RefusedError(`there is a bucket ${name}, and it is no app's: take another name`);
    const login = known ?? makeLogin();
    const buckets = { ...objects.buckets, [name]: login };
    await tellLogins(session, { ...objects, buckets }, step);
    await makeAppBucket(bucket, login.accessKey);
    return [
      `S3_ENDPOINT=http://${objects.endpoint}:${PLAIN_PORT}`,
      `S3_REGION=${REGION}`,
      `S3_BUCKET=${name}`,
      `S3_ACCESS_KEY_ID=${login.accessKey}`,
      `S3_SECRET_ACCESS_KEY=${login.secretKey}`,
    ];
  } finally {
    release();
  }
}

/** Tells the storage of its logins; the first one of an app brings the way by which apps ask. */
async function tellLogins(session: Session, objects: LocalObjects, step: Step): Promise<void> {
  if (await answers(objects, "plain")) return keepObjects(session, objects, "plain", step);
  await runObjects(session, objects, "plain", portOf(objects, "plain"), step);
}
