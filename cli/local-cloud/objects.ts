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
import { poll } from "../poll.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { readLocalCloud } from "./identity.ts";
import { type LocalObjects, placeOf, readObjects } from "./objects-login.ts";

/** The port at which servers reach the object storage. */
const PORT = 7480;
/** Milliseconds that it may take to answer after its start. */
const START = 60_000;

/** Starts the local cloud's object storage, versitygw in a container with a volume of its own, and makes the bucket. */
export async function provideObjects(session: Session, bucket: string, step: Step): Promise<void> {
  const { root, processes } = session;
  const { output } = step;
  const cloud = readLocalCloud(root);
  const address = cloud?.dns_for_servers?.split(":")[0];
  if (cloud === undefined || address === undefined) return; // a cloud without machines
  const objects = describe(root, address);
  const network = `onebox-${cloud.id}`;
  const name = `${network}-objects`;
  const made = existsSync(join(placeOf(root), "content", bucket));
  if (made && (await answers(objects))) return;
  step.progress("starting the object storage");
  await processes.run("docker", ["rm", "--force", name], { output, codes: "any" }); // its data are in a volume
  const image = await objectsImage(session, step);
  const options = [
    ...["--name", name, "--restart", "unless-stopped", "--label", `onebox.cloud=${cloud.id}`],
    ...[
      "--network",
      network,
      "--publish",
      `${address}:${PORT}:${PORT}`,
      "--volume",
      `${name}:/content`,
    ],
    ...["--env", "ROOT_ACCESS_KEY", "--env", "ROOT_SECRET_KEY"],
  ];
  const program = [
    ...["--port", `:${PORT}`, "--region", "local", "--quiet"],
    ...["--cert", "/tls/ca.pem", "--key", "/tls/key.pem", "posix", "/content"],
  ];
  const env = { ROOT_ACCESS_KEY: objects.accessKey, ROOT_SECRET_KEY: objects.secretKey };
  await processes.run("docker", ["create", ...options, image, ...program], { output, env });
  mkdirSync(join(placeOf(root), "content", bucket), { recursive: true });
  for (const part of ["content", "tls"]) {
    await processes.run("docker", ["cp", `${join(placeOf(root), part)}/.`, `${name}:/${part}`], {
      output,
    });
  }
  await processes.run("docker", ["start", name], { output });
  if (await poll(() => answers(objects), Boolean, { within: START, pause: 100 })) return;
  throw new FailedError(`the object storage does not answer at ${address}:${PORT}`);
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
  const { accessKey, secretKey } = before ?? { accessKey: random(), secretKey: random() };
  const objects = { endpoint: address, port: PORT, ca, accessKey, secretKey };
  const file = join(placeOf(root), "objects.json");
  writeFileSync(`${file}.new`, JSON.stringify(objects), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return objects;
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
function answers({ endpoint, port, ca }: LocalObjects): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(3000);
    get({ host: endpoint, port, ca: readFileSync(ca), agent: false, signal }, (response) => {
      response.resume();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}
