import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { cacheDirectory } from "../environment.ts";
import { FailedError } from "../errors.ts";
import { pinOf } from "../image/pins.ts";
import { certify } from "../local-ca/self-signed.ts";
import { Bucket } from "../objects/bucket.ts";
import { makeBucket } from "../objects/policy.ts";
import type { Login } from "../objects/sign.ts";
import { poll } from "../poll.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { readFaulty } from "./faulty-process.ts";
import { readLocalCloud } from "./identity.ts";
import { type LocalObjects, placeOf, readObjects } from "./objects-login.ts";

/** The port at which servers reach the object storage. */
const PORT = 7480;
const REGION = "local";

/** Milliseconds that it may take to answer after its start. */
const START = 60_000;

/** Starts the local cloud's object storage, versitygw in a container with volumes of its own, and makes the bucket. */
export async function provideObjects(session: Session, bucket: string, step: Step): Promise<void> {
  const { root } = session;
  const cloud = readLocalCloud(root);
  const address = cloud?.dns_for_servers?.split(":")[0];
  if (cloud === undefined || address === undefined) return; // a cloud without machines
  if (readFaulty(root) !== undefined) return; // somebody has asked for that: scripts/cloud.sh storage-fault
  const objects = describe(root, address);
  const { owner, vm, ...where } = objects;
  const made = new Bucket({ ...where, region: REGION, bucket }, owner);
  if (await isReady(made)) return;
  step.progress("starting the object storage");
  await runObjects(session, objects, PORT, step);
  await makeBucket(made, vm.accessKey);
}

/**
 * Starts the container anew; its data are in a volume.
 *
 * @param wanted the port at which it is to answer; without one, Docker chooses
 * @returns the port
 */
export async function runObjects(
  session: Session,
  objects: LocalObjects,
  wanted: number | undefined,
  step: Step,
): Promise<number> {
  const { root, processes } = session;
  const { output } = step;
  const { endpoint: address, owner } = objects;
  const id = readLocalCloud(root)?.id;
  const network = `onebox-${id}`;
  const name = `${network}-objects`;
  await processes.run("docker", ["rm", "--force", name], { output, codes: "any" });
  const image = await objectsImage(session, step);
  const options = [
    ...["--name", name, "--restart", "unless-stopped", "--label", `onebox.cloud=${id}`],
    ...["--network", network, "--publish", `${address}:${wanted ?? ""}:${PORT}`],
    ...["--volume", `${name}:/kept`, "--env", "ROOT_ACCESS_KEY", "--env", "ROOT_SECRET_KEY"],
  ];
  const program = [
    ...["--port", `:${PORT}`, "--region", REGION, "--quiet", "--iam-dir", "/users"],
    ...["--cert", "/tls/ca.pem", "--key", "/tls/key.pem"],
    ...["posix", "--versioning-dir", "/kept/versions", "/kept/content"],
  ];
  const env = { ROOT_ACCESS_KEY: owner.accessKey, ROOT_SECRET_KEY: owner.secretKey };
  await processes.run("docker", ["create", ...options, image, ...program], { output, env });
  for (const part of ["kept/content", "kept/versions"])
    mkdirSync(join(placeOf(root), part), { recursive: true });
  for (const part of ["kept", "tls", "users"]) {
    await processes.run("docker", ["cp", `${join(placeOf(root), part)}/.`, `${name}:/${part}`], {
      output,
    });
  }
  await processes.run("docker", ["start", name], { output });
  const { stdout } = await processes.run("docker", ["port", name, String(PORT)]);
  const port = Number(stdout.trim().split(":").at(-1));
  if (!(await poll(() => answers({ ...objects, port }), Boolean, { within: START, pause: 100 })))
    throw new FailedError(`the object storage does not answer at ${address}:${port}`);
  return port;
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
  const random = () => randomBytes(20).toString("hex");
  const made = () => ({ accessKey: random(), secretKey: random() });
  const { owner, vm } = before ?? { owner: made(), vm: made() };
  const objects = { endpoint: address, port: PORT, ca, owner, vm };
  const users = join(placeOf(root), "users");
  mkdirSync(users, { recursive: true, mode: 0o700 });
  writeFileSync(join(users, "users.json"), renderUsers(vm), { mode: 0o600 });
  // As scripts/backup.sh --login takes it.
  const login = `BACKUP_ACCESS_KEY=${owner.accessKey}\nBACKUP_SECRET_KEY=${owner.secretKey}\n`;
  writeFileSync(join(placeOf(root), "owner.env"), login, { mode: 0o600 });
  const file = join(placeOf(root), "objects.json");
  writeFileSync(`${file}.new`, JSON.stringify(objects), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return objects;
}

/** The logins beside the owner's, as versitygw reads them. */
export function renderUsers({ accessKey: access, secretKey: secret }: Login): string {
  const ids = { userID: 0, groupID: 0, projectID: 0 };
  return JSON.stringify({ accessAccounts: { [access]: { access, secret, role: "user", ...ids } } });
}

/** The image with versitygw; scripts/setup.sh builds the program. */
async function objectsImage(
  { root, processes, scratch, environment }: Session,
  step: Step,
): Promise<string> {
  const { output } = step;
  const version = pinOf(root, "VERSITYGW_VERSION");
  const name = `onebox/objects:${version}`;
  const found = await processes.run("docker", ["image", "inspect", name], { codes: "any" });
  if (found.code === 0) return name;
  const program = join(cacheDirectory(environment), "go-tools", `versitygw-${version}`);
  if (!existsSync(program)) {
    const next = "scripts/setup.sh, which builds it";
    throw new FailedError(`the object storage's program is missing: ${program}`, { next });
  }
  const context = join(scratch, "objects");
  mkdirSync(context, { recursive: true });
  copyFileSync(program, join(context, "versitygw"));
  copyFileSync(join(root, "emulator/objects/Dockerfile"), join(context, "Dockerfile"));
  await processes.run("docker", ["build", "--tag", name, context], { output });
  return name;
}

/** Whether it answers, whatever it says: who asks has no login. */
export function answers({ endpoint, port, ca }: LocalObjects): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(3000);
    get({ host: endpoint, port, ca: readFileSync(ca), agent: false, signal }, (response) => {
      response.resume();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}
