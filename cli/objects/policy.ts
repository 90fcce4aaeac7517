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

/** Lets a login read and add, in a bucket that is somebody else's. */
function renderPolicy(bucket: string, principal: string): string {
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
  const { status } = await bucket.ask("HEAD");
  if (status === 404) await bucket.must("PUT");
  await bucket.must("PUT", { query: { policy: "" }, body: renderPolicy(bucket.name, vm) });
  await bucket.must("PUT", { query: { versioning: "" }, body: VERSIONED });
}
