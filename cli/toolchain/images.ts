import { join } from "node:path";
import { pinOf } from "../image/pins.ts";
import type { Step } from "../steps.ts";
import { type Kit, needSpace } from "./kit.ts";
import { isReachable } from "./sources.ts";
import { buildStandIn } from "./stand-ins.ts";

const DOCKER_HUB = "https://registry-1.docker.io/v2/";

/** In the order in which the substitute images are built: each may start from one before it. */
export const imageNames = ["debian", "node", "postgres", "registry", "traefik"] as const;
export type ImageName = (typeof imageNames)[number];

/** An image with its tag. */
export function imageOf(root: string, name: ImageName): string {
  return pinOf(root, `${name.toUpperCase()}_IMAGE`);
}

/** Whether an engine answers and has all of these. */
export async function imagesAreHere({ processes }: Kit, ...images: string[]): Promise<boolean> {
  const args = ["image", "inspect", "--format", "{{.Id}}", ...images];
  return (await processes.run("docker", args, { codes: "any" })).code === 0;
}

/** Has the engine take an image: from Docker Hub, else a substitute built from packages. */
export function provideImage(kit: Kit, name: ImageName, step: Step): Promise<void> {
  return takeImage(kit, imageOf(kit.root, name), step, () => buildStandIn(kit, name, step));
}

/** The same for any image. @param build makes the substitute */
export async function takeImage(
  kit: Kit,
  image: string,
  step: Step,
  build: () => Promise<void>,
): Promise<void> {
  needSpace(await ask(kit, "{{.DockerRootDir}}"), 4);
  if (await pull(kit, image, step)) {
    step.note = `${image}, pulled`;
    return;
  }
  step.progress(`building a substitute for ${image}`);
  await build();
  step.note = `${image}, a substitute built from packages`;
}

/** Has the engine pull an image, where it can: one with a mirror of its own may get through where this computer does not. */
async function pull(kit: Kit, image: string, step: Step): Promise<boolean> {
  const mirrors = await ask(kit, "{{len .RegistryConfig.Mirrors}}");
  if (mirrors === "0" && !(await isReachable(kit, DOCKER_HUB))) return false;
  step.progress(`pulling ${image}`);
  const { output } = step;
  return (await kit.processes.run("docker", ["pull", image], { output, codes: "any" })).code === 0;
}

async function ask({ processes }: Kit, format: string): Promise<string> {
  return (await processes.run("docker", ["info", "--format", format])).stdout.trim();
}

const builder = ({ root }: Kit) => join(root, "emulator/hosts/build.sh");

/** Whether the engine has the image of the local cloud's servers, as this clone builds it. */
export async function serverImageIsHere(kit: Kit): Promise<boolean> {
  const { stdout } = await kit.processes.run(builder(kit), ["--name"]);
  return imagesAreHere(kit, stdout.trim());
}

/** The image of the local cloud's servers, which is always built here. */
export async function provideServerImage(kit: Kit, step: Step): Promise<void> {
  step.progress("building the image of the servers");
  await kit.processes.run(builder(kit), [], { output: step.output });
  step.note = "the local cloud's servers";
}
