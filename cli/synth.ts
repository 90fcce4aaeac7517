import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Project } from "./project.ts";
import { removePath } from "./remove.ts";
import type { Session } from "./session.ts";
import { synthesisKey } from "./synthesis-key.ts";

const LOCK = ".terraform.lock.hcl";

/**
 * Has the cdktf program make Terraform's JSON in cdktf.out/, unless what is there was made of the very same.
 *
 * @returns whether it was made
 */
export async function synthesise(
  session: Session,
  { config, cloud }: Project,
  output: (text: string) => void,
): Promise<boolean> {
  const { root, processes } = session;
  const current = join(root, "cdktf.out");
  if (isSynthesised({ config, cloud }, root)) return false;
  const key = synthesisKey(config, cloud, root);
  const made = `${current}.${process.pid}`;
  session.onClose(() => removePath(made));
  await processes.run(process.execPath, ["main.ts"], {
    ...{ cwd: root, output },
    env: { CI: "1", CDKTF_OUTDIR: made, CDKTF_LOG_LEVEL: "WARN" },
  });
  writeFileSync(join(made, "key"), `${key} ${hashOfStacks(made)}\n`);
  const same = ["diff", "-rq", "-x", LOCK, "-x", "key", made, current] as const;
  const [diff, ...args] = same;
  const { code } = await processes.run(diff, args, { codes: "any" });
  try {
    if (code === 0) renameSync(join(made, "key"), join(current, "key"));
    else takeOver(made, current);
  } catch (error) {
    // Another run has been quicker; what it has made will do when it is of the very same.
    if (!isSynthesised({ config, cloud }, root)) throw error;
  }
  removePath(made);
  return true;
}

/** Whether what is in cdktf.out/ was made of this very configuration. */
export function isSynthesised({ config, cloud }: Project, root: string): boolean {
  const current = join(root, "cdktf.out");
  const key = synthesisKey(config, cloud, root);
  return `${key} ${hashOfStacks(current)}\n` === read(join(current, "key"));
}

/** What is there is moved away as a whole: another run may be reading it, or making it of another configuration. */
function takeOver(made: string, current: string): void {
  for (const stack of stacksIn(current)) {
    const lock = join("stacks", stack, LOCK); // terraform init has put it there
    if (existsSync(join(current, lock)) && existsSync(join(made, "stacks", stack))) {
      copyFileSync(join(current, lock), join(made, lock));
    }
  }
  const old = `${current}.old`;
  removePath(old);
  if (existsSync(current)) renameSync(current, old);
  renameSync(made, current);
}

function hashOfStacks(directory: string): string {
  const hash = createHash("sha256");
  for (const stack of stacksIn(directory)) {
    hash.update(read(join(directory, "stacks", stack, "cdk.tf.json")));
  }
  return hash.digest("hex");
}

function stacksIn(directory: string): string[] {
  const stacks = join(directory, "stacks");
  return existsSync(stacks) ? readdirSync(stacks).sort() : [];
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
