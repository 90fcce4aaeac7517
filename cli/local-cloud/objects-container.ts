import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { get as getByTls } from "node:https";
import { join } from "node:path";
import { cacheDirectory } from "../environment.ts";
import { FailedError } from "../errors.ts";
import { pinOf } from "../image/pins.ts";
import { poll } from "../poll.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { readLocalCloud } from "./identity.ts";
import { type LocalObjects, PLAIN_PORT, placeOf, writeObjects } from "./objects-login.ts";

/** The port inside of a container. */
const PORT = 7480;
export const REGION = "local";

/** Milliseconds that it may take to answer after its start. */
const START = 60_000;

/** How the storage is asked: the VM's backups do so by TLS, apps without. A container of its own answers each. */
const ways = {
  tls: { part: "objects", options: ["--cert", "/tls/ca.pem", "--key", "/tls/key.pem"] },
  plain: { part: "objects-plain", options: [] },
} as const;
export type Way = keyof typeof ways;

/** The ways that something needs. */
export const waysOf = ({ buckets }: LocalObjects): Way[] =>
  Object.keys(buckets).length > 0 ? ["tls", "plain"] : ["tls"];

/** The port at which a way of asking is open, unless a fault stands there. */
export const portOf = ({ port }: LocalObjects, way: Way) => (way === "tls" ? port : PLAIN_PORT);

/**
 * Starts a container anew; what it keeps is in a volume, which all of them share.
 *
 * @param wanted the port at which it is to answer; without one, Docker chooses
 * @returns the port
 */
export async function runObjects(
  session: Session,
  objects: LocalObjects,
  way: Way,
  wanted: number | undefined,
  step: Step,
): Promise<number> {
  const { root, processes } = session;
  const { output } = step;
  const { endpoint: address, owner } = objects;
  const name = nameOf(root, way);
  await endObjects(session, way, step);
  const image = await objectsImage(session, step);
  const options = [
    ...["--name", name, "--restart", "unless-stopped"],
    ...["--label", `onebox.cloud=${readLocalCloud(root)?.id}`, "--network", networkOf(root)],
    ...[
      "--publish",
      `${address}:${wanted ?? ""}:${PORT}`,
      "--volume",
      `${nameOf(root, "tls")}:/kept`,
    ],
    ...["--env", "ROOT_ACCESS_KEY", "--env", "ROOT_SECRET_KEY"],
  ];
  const program = [
    ...["--port", `:${PORT}`, "--region", REGION, "--quiet", "--iam-dir", "/kept/users"],
    ...ways[way].options,
    ...["posix", "--versioning-dir", "/kept/versions", "/kept/content"],
  ];
  const env = { ROOT_ACCESS_KEY: owner.accessKey, ROOT_SECRET_KEY: owner.secretKey };
  await processes.run("docker", ["create", ...options, image, ...program], { output, env });
  for (const part of ["content", "versions"])
    mkdirSync(join(placeOf(root), "kept", part), { recursive: true });
  await keepObjects(session, objects, way, step);
  const tls = `${join(placeOf(root), "tls")}/.`;
  await processes.run("docker", ["cp", tls, `${name}:/tls`], { output });
  await processes.run("docker", ["start", name], { output });
  const { stdout } = await processes.run("docker", ["port", name, String(PORT)]);
  const port = Number(stdout.trim().split(":").at(-1));
  const isUp = () => answers(objects, way, port);
  if (!(await poll(isUp, Boolean, { within: START, pause: 100 })))
    throw new FailedError(`the object storage does not answer at ${address}:${port}`);
  return port;
}

/** Removes a container, if it is there; what it keeps stays. */
export async function endObjects({ root, processes }: Session, way: Way, { output }: Step) {
  const remove = ["rm", "--force", nameOf(root, way)];
  await processes.run("docker", remove, { output, codes: "any" });
}

/** Writes down what is known of the storage, here and, with its logins, where a container reads it. */
export async function keepObjects(
  { root, processes }: Session,
  objects: LocalObjects,
  way: Way,
  { output }: Step,
): Promise<void> {
  writeObjects(root, objects);
  const kept = `${join(placeOf(root), "kept")}/.`;
  await processes.run("docker", ["cp", kept, `${nameOf(root, way)}:/kept`], { output });
}

/** Whether it answers, whatever it says: who asks has no login. */
export function answers(
  objects: LocalObjects,
  way: Way,
  port: number = portOf(objects, way),
): Promise<boolean> {
  const { endpoint: host, ca } = objects;
  return new Promise((resolve) => {
    const where = { host, port, agent: false, signal: AbortSignal.timeout(3000) };
    const asked = way === "tls" ? getByTls({ ...where, ca: readFileSync(ca) }) : get(where);
    asked.on("response", (response) => {
      response.resume();
      resolve(true);
    });
    asked.on("error", () => resolve(false));
  });
}

const networkOf = (root: string) => `onebox-${readLocalCloud(root)?.id}`;
const nameOf = (root: string, way: Way) => `${networkOf(root)}-${ways[way].part}`;

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
