import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FailedError } from "../errors.ts";
import { pinOf } from "../image/pins.ts";
import { lastLine } from "../last-line.ts";
import { poll } from "../poll.ts";
import { removePath } from "../remove.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import type { LocalCloud } from "./identity.ts";

/** Milliseconds that it may take to answer after its start. */
const START = 60_000;

/** A cloud that has a registry, as each has but those without machines. */
type WithRegistry = LocalCloud & { registry: string };

/** What hosts pull by its ordinary name, from the registry that is their mirror. */
export function mirroredImages(root: string): string[] {
  return [pinOf(root, "TRAEFIK_IMAGE"), pinOf(root, "POSTGRES_IMAGE")];
}

/** Whether the hosts can pull all that they need. */
export async function allMirrored({ registry }: LocalCloud, root: string): Promise<boolean> {
  if (registry === null) return true;
  const found = await Promise.all(mirroredImages(root).map((image) => isMirrored(registry, image)));
  return found.every(Boolean);
}

/**
 * Starts the container that hosts pull from, at the same address inside and outside, and puts into it what they need
 * and it has not: one that has served before has what was needed then.
 */
export async function provideRegistry(
  session: Session,
  cloud: WithRegistry,
  step: Step,
): Promise<void> {
  step.progress("starting the registry");
  await startRegistry(session, cloud, step);
  const serves = () => answers(`http://${cloud.registry}/v2/`);
  if (!(await poll(serves, Boolean, { within: START, pause: 100 })))
    throw new FailedError(`the registry does not answer at ${cloud.registry}`);
  for (const image of mirroredImages(session.root)) {
    if (!(await isMirrored(cloud.registry, image))) await push(session, cloud, image, step);
  }
}

async function startRegistry(session: Session, cloud: WithRegistry, step: Step): Promise<void> {
  const { processes } = session;
  const { output } = step;
  const name = `onebox-${cloud.id}-registry`;
  const started = await processes.run("docker", ["start", name], { codes: "any" });
  if (started.code === 0) return;
  // Its data are in a volume.
  await processes.run("docker", ["rm", "--force", name], { output, codes: "any" });
  const image = await registryImage(session, step);
  const options = [
    ...["--detach", "--name", name, "--restart", "unless-stopped"],
    ...["--label", `onebox.cloud=${cloud.id}`, "--network", `onebox-${cloud.id}`],
    ...["--publish", `${cloud.registry}:5000`, "--volume", `${name}:/var/lib/registry`],
  ];
  await processes.run("docker", ["run", ...options, image], { output });
}

/** The registry's image with these images in it; made anew when one of them has changed. */
async function registryImage(session: Session, step: Step): Promise<string> {
  const { root, processes, scratch } = session;
  const { output } = step;
  const base = pinOf(root, "REGISTRY_IMAGE");
  const images = mirroredImages(root);
  const here = join(root, "emulator/registry");
  const ids = await imageIds(session, [base, ...images]);
  const name = registryImageName(
    readdirSync(here).map((file) => readFileSync(join(here, file))),
    ids,
  );
  const inspected = await processes.run("docker", ["image", "inspect", name], { codes: "any" });
  if (inspected.code === 0) return name;
  step.progress("writing what servers pull");
  const work = join(scratch, "registry");
  const [saved, context] = [join(work, "saved"), join(work, "context")];
  for (const directory of [saved, context]) mkdirSync(directory, { recursive: true });
  const archive = join(work, "saved.tar");
  await processes.run("docker", ["save", "--output", archive, ...images], { output });
  await processes.run("tar", ["-x", "-C", saved, "-f", archive], { output });
  const writer = [join(here, "write-images.ts"), saved, join(context, "content")];
  await processes.run(process.execPath, writer, { output });
  cpSync(join(here, "Dockerfile"), join(context, "Dockerfile"));
  const options = ["--build-arg", `REGISTRY=${base}`, "--label", "onebox.registry=true"];
  await processes.run("docker", ["build", ...options, "--tag", name, context], { output });
  removePath(work);
  // Those of older versions go when no clone can be expected to ask for them.
  const old = ["--filter", "label=onebox.registry", "--filter", "until=720h"];
  await processes.run("docker", ["image", "prune", "--all", "--force", ...old], { output });
  return name;
}

/** Named after what it is made from. */
export function registryImageName(files: Uint8Array[], ids: string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file);
  return `onebox/registry:${hash
    .update(`${ids.join("\n")}\n`)
    .digest("hex")
    .slice(0, 12)}`;
}

async function imageIds({ processes }: Session, images: string[]): Promise<string[]> {
  const args = ["image", "inspect", "--format", "{{.Id}}", ...images];
  const { code, stdout, stderr } = await processes.run("docker", args, { codes: "any" });
  if (code === 0) return stdout.trim().split("\n");
  throw missing(lastLine(stderr));
}

function missing(said: string): FailedError {
  const next = "scripts/setup.sh local, which provides it";
  return new FailedError(`an image is missing (${said})`, { next });
}

async function push(
  { processes }: Session,
  { registry }: WithRegistry,
  image: string,
  { progress, output }: Step,
): Promise<void> {
  progress(`pushing ${image}`);
  const target = `${registry}/library/${image}`;
  const tagged = await processes.run("docker", ["tag", image, target], { output, codes: "any" });
  if (tagged.code !== 0) throw missing(tagged.stderr.trim());
  await processes.run("docker", ["push", "--quiet", target], { output });
  await processes.run("docker", ["rmi", target], { output }); // only the name
}

const Accept = ["docker.distribution.manifest.v2", "oci.image.manifest.v1"]
  .map((type) => `application/vnd.${type}+json`)
  .join(", ");

function isMirrored(registry: string, image: string): Promise<boolean> {
  const [name, tag] = image.split(":");
  return answers(`http://${registry}/v2/library/${name}/manifests/${tag}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      headers: { Accept },
      signal: AbortSignal.timeout(3000),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
