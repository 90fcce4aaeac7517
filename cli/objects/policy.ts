import type { Bucket } from "./bucket.ts";

/** Has a bucket keep the versions of its objects. */
export const VERSIONED =
  '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>';

/** What the VM needs of the bucket. Deleting a version, which is for good, is not among it. */
const ofBucket = ["GetBucketLocation", "GetBucketVersioning", "ListBucket", "ListBucketVersions"];
const ofObjects = [
  "AbortMultipartUpload",
  "DeleteObject",
  "GetObject",
  "GetObjectVersion",
  "PutObject",
];

/** Lets a login do this in a bucket that is somebody else's, and that to its objects. */
function renderPolicy(
  bucket: string,
  principal: string,
  [ofBucket, ofObjects]: [string[], string[]],
): string {
  const allow = (actions: string[], resource: string) => ({
    ...{ Effect: "Allow", Principal: { AWS: [principal] } },
    Action: actions.map((action) => `s3:${action}`),
    Resource: [`arn:aws:s3:::${resource}`],
  });
  const statements = [allow(ofBucket, bucket), allow(ofObjects, `${bucket}/*`)];
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Makes a bucket, unless it is there, that keeps versions of which the VM's login can delete none. */
export async function makeBucket(bucket: Bucket, vm: string): Promise<void> {
  await make(bucket);
  await allow(bucket, vm, [ofBucket, ofObjects]);
  await bucket.must("PUT", { query: { versioning: "" }, body: VERSIONED });
}

/** Makes a bucket, unless it is there, in which the login of an app may do anything. */
export async function makeAppBucket(bucket: Bucket, app: string): Promise<void> {
  await make(bucket);
  await allow(bucket, app, [["*"], ["*"]]);
}

async function make(bucket: Bucket): Promise<void> {
  const { status } = await bucket.ask("HEAD");
  if (status === 404) await bucket.must("PUT");
}

async function allow(bucket: Bucket, login: string, rights: [string[], string[]]): Promise<void> {
  const body = renderPolicy(bucket.name, login, rights);
  await bucket.must("PUT", { query: { policy: "" }, body });
}
