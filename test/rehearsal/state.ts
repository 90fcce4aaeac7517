import { renameSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { ownersBucket } from "../../cli/local-cloud/objects.ts";
import { readObjects } from "../../cli/local-cloud/objects-login.ts";
import type { Bucket } from "../../cli/objects/bucket.ts";
import { readSecrets, writeSecrets } from "../support/secrets.ts";
import { clone, run } from "./rehearsal.ts";

let bucket: Bucket | undefined;

/** Where Terraform's state lies: a bucket of the local cloud; undefined: in the clone. */
export const stateBucket = (): Bucket | undefined => bucket;

/** Has the clone keep Terraform's state in object storage, as at Hetzner. */
export async function keepStateInBucket(name: string): Promise<void> {
  const { stdout } = await run(0, "cloud.sh", ["bucket", name]);
  const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = parseEnv(stdout);
  const backend = { kind: "s3", bucket: name, region: S3_REGION, endpoint: S3_ENDPOINT };
  const local = 'state: { kind: "local", directory: ".onebox/state" },';
  clone.replace("config/cloud.ts", local, `state: ${JSON.stringify(backend)},`);
  const secrets = (readSecrets(clone)[".env"] ?? "")
    .replace(/^STATE_ACCESS_KEY=.*$/m, `STATE_ACCESS_KEY=${S3_ACCESS_KEY_ID}`)
    .replace(/^STATE_SECRET_KEY=.*$/m, `STATE_SECRET_KEY=${S3_SECRET_ACCESS_KEY}`);
  writeSecrets(clone, { ".env": secrets });
  clone.commit("Keep Terraform's state in a bucket");
  const objects = readObjects(clone.directory);
  if (objects === undefined) throw new Error("the local cloud has no object storage");
  bucket = ownersBucket(objects, name);
}

/** Loses the state of the server. */
export async function loseState(): Promise<void> {
  if (bucket !== undefined) {
    await bucket.must("DELETE", { key: "onebox/server.tfstate" });
    return;
  }
  const state = join(clone.directory, ".onebox/state/onebox/server.tfstate");
  renameSync(state, `${state}.lost`);
}
