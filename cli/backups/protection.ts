import type { Answer, Bucket } from "../objects/bucket.ts";
import { VERSIONED } from "../objects/policy.ts";

/**
 * Tries, with the VM's login, what would destroy backups: on an object that is there for nothing else, and by asking for
 * what is so already.
 *
 * @param name the app's, below which everything lies
 * @returns why whoever takes over the VM could destroy backups; undefined: nobody can
 */
export async function findWeakness(bucket: Bucket, name: string): Promise<string | undefined> {
  const key = `${name}/probe`;
  const version = await versionOf(bucket, key);
  if (version === "") return "the bucket keeps no versions of what is overwritten or deleted";
  const may = (answer: Answer) => answer.status < 300;
  if (may(await bucket.ask("DELETE", { key, query: { versionId: version } })))
    return "the VM's login may delete versions for good";
  if (may(await bucket.ask("PUT", { query: { versioning: "" }, body: VERSIONED })))
    return "the VM's login may switch the bucket's versions off";
  const policy = await bucket.ask("GET", { query: { policy: "" } });
  if (!may(policy)) return undefined;
  if (may(await bucket.ask("PUT", { query: { policy: "" }, body: policy.body })))
    return "the VM's login may change the bucket's policy";
  return undefined;
}

/** The version of the probe, which is put there when it is missing; empty: none are kept. */
async function versionOf(bucket: Bucket, key: string): Promise<string> {
  const found = await bucket.ask("HEAD", { key });
  const { version } =
    found.status === 200 ? found : await bucket.must("PUT", { key, body: "probe\n" });
  return version === "null" ? "" : version;
}
