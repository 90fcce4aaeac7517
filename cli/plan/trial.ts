import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "../environment.ts";
import { exportTree } from "../git/export.ts";
import type { Git } from "../git/git.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { Terraform } from "../terraform/terraform.ts";
import { withoutMachines } from "./compare.ts";
import type { EmptyCloud } from "./empty-cloud.ts";

/** A commit's files, with its stacks made for a cloud without machines. */
interface Trial {
  directory: string;
  terraform: Terraform;
}

interface Wanted {
  git: Git;
  /** Of its directory. */
  name: string;
  /** Git's name for the files. */
  tree: string;
  cloud: EmptyCloud;
}

/** Where a commit's own program lies that renders a release; in older ones, the stacks hold all of it. */
const renderers = ["cli/bin/render-release.ts", "operator/bin/render-release.ts"];

/** Each commit's own programs make its stacks, and the releases that they would deliver. */
export async function makeTrial(
  session: Session,
  { git, name, tree, cloud }: Wanted,
  step: Step,
): Promise<Trial> {
  const { root, scratch, processes, environment } = session;
  const directory = join(scratch, name);
  const secrets = join(scratch, "secrets");
  await exportTree(git, tree, directory);
  mkdirSync(join(directory, ".onebox"));
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  symlinkSync(cloud.directory, join(directory, ".onebox/cloud"));
  writeFileSync(join(directory, "plan.config.ts"), configuration);
  const run = (args: string[]) =>
    processes.run(process.execPath, args, {
      cwd: directory,
      env: { ONEBOX_CONFIG: "plan.config.ts", CI: "1", CDKTF_LOG_LEVEL: "WARN" },
      output: step.output,
    });
  await run(["main.ts"]);
  const renderer = renderers.find((path) => existsSync(join(directory, path)));
  if (renderer !== undefined) {
    for (const stack of ["stage", "prod"]) {
      await run([renderer, `cdktf.out/stacks/${stack}/release`, secrets, stack, ...release]);
    }
  }
  const stacks = join(directory, "cdktf.out/stacks");
  for (const stack of readdirSync(stacks)) takeMachinesOut(join(stacks, stack));
  const settings = { name: "plan", stateAccessKey: "", stateSecretKey: "" };
  const cache = cacheDirectory(environment);
  const places = { root: directory, directory: join(directory, ".onebox"), secrets, cache };
  const terraform = new Terraform({ ...places, ...settings, token: () => cloud.token }, processes);
  terraform.variables.deploy_public_key = madeUpKey();
  return { directory, terraform };
}

const configuration = `import config from "./onebox.config.ts";
export default { ...config, cloud: "local" };
`;

/** The same for both commits, as are the secrets: only what their files say differs. */
const release = ["--by=plan", "--commit=unknown", `--image=plan@sha256:${"0".repeat(64)}`];

/** Writes what a release is made of that is secret, made up. */
export function writeMadeUpSecrets(directory: string): void {
  mkdirSync(directory);
  const files = { "variables.json": "[]", "pull_login.json": "null", hash_salt: "plan" };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
}

/** A release that lies beside a stack, in release/, is what the stack would deliver. */
function takeMachinesOut(stack: string): void {
  const identity = join(stack, "release/identity");
  const release = existsSync(identity) ? readFileSync(identity, "utf8") : "";
  const file = join(stack, "cdk.tf.json");
  writeFileSync(file, withoutMachines(readFileSync(file, "utf8"), release));
}

/** A public key of which nobody has the private half: its 32 bytes are a hash. */
export function madeUpKey(): string {
  const part = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const type = "ssh-ed25519";
  const bytes = createHash("sha256").update("plan").digest();
  const blob = Buffer.concat([part(Buffer.from(type)), part(bytes)]);
  return `${type} ${blob.toString("base64")} plan`;
}
