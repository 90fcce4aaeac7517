import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FailedError } from "../errors.ts";
import { digest } from "../registry/schema.ts";
import {
  buildArguments,
  contextOf,
  type Destination,
  outputOf,
  pushedDigest,
  type Recipe,
} from "./builder.ts";
import type { Docker } from "./docker.ts";
import { steadyImage } from "./steady.ts";

/** What builds, and who hears what it says. */
export interface Workshop {
  docker: Docker;
  /** Directory for what is no secret. */
  scratch: string;
  output: (text: string) => void;
}

/** An image that was pushed: its digest, and the bytes that it takes. */
export interface Pushed {
  digest: string;
  /** undefined: who has built it does not know. */
  size: number | undefined;
}

/** Builds for several platforms with a builder of its own. */
export async function buildForAll(
  recipe: Recipe,
  platforms: string,
  destination: Destination,
  { docker, output }: Workshop,
): Promise<void> {
  const args = [...buildArguments("own", recipe), "--platform", platforms];
  args.push(...outputOf(destination), contextOf(recipe));
  // What goes to a file is a stranger's: nothing of it meets a login.
  if (typeof destination === "object" && "file" in destination) await docker.run(args, { output });
  else await docker.runWithLogin(args, { output });
}

/** What buildx says of what it has pushed. */
const pushedMetadata = z.object({ "containerimage.digest": digest });

/** Builds for several platforms and pushes that. */
export async function pushForAll(
  recipe: Recipe,
  platforms: string,
  name: string,
  workshop: Workshop,
): Promise<Pushed> {
  const metadata = join(workshop.scratch, "image-metadata.json");
  await buildForAll(recipe, platforms, { name, metadata }, workshop);
  const said = pushedMetadata.safeParse(JSON.parse(readFileSync(metadata, "utf8")));
  if (said.success) return { digest: said.data["containerimage.digest"], size: undefined };
  throw new FailedError(`docker buildx build does not say what ${name} is now`);
}

/** Builds for one platform with the engine, and returns the image's id. */
export async function buildWithEngine(
  kind: "engine" | "legacy",
  recipe: Recipe,
  platform: string,
  workshop: Workshop,
): Promise<string> {
  const { docker, scratch, output } = workshop;
  const file = join(scratch, "image-id");
  const args = [...buildArguments(kind, recipe), "--platform", platform, "--iidfile", file];
  if (kind === "legacy") {
    const processor = await docker.ask(["version", "--format", "{{.Server.Arch}}"]);
    args.push("--build-arg", `BUILDPLATFORM=linux/${processor}`);
  }
  await docker.run([...args, contextOf(recipe)], { output });
  return makeSteady(readFileSync(file, "utf8").trim(), recipe, workshop);
}

/** Has the engine keep the same layers with a configuration that is the same for each build. */
async function makeSteady(id: string, recipe: Recipe, workshop: Workshop): Promise<string> {
  const { docker, scratch, output } = workshop;
  const form = ["--no-trunc", "--human=false", "--format", "{{json .}}"];
  const [image, history] = await Promise.all([
    docker.run(["image", "inspect", id]),
    docker.run(["history", ...form, id]),
  ]);
  const steady = steadyImage(image.stdout, history.stdout, recipe);
  const files = Object.entries(steady.files);
  if (files.length > 0) {
    const directory = join(scratch, "steady");
    mkdirSync(directory, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(directory, name), text);
    await docker.load(directory, output);
  }
  return steady.id;
}

/** Pushes what the engine has built, under a name. */
export async function push(id: string, name: string, workshop: Workshop): Promise<Pushed> {
  const { docker, output } = workshop;
  await docker.run(["tag", id, name]);
  const { stdout } = await docker.runWithLogin(["push", name], { output });
  const pushed = pushedDigest(stdout);
  if (pushed === undefined) throw new FailedError(`docker push does not say what ${name} is now`);
  const size = Number(await docker.ask(["image", "inspect", "--format", "{{.Size}}", id]));
  return { digest: pushed, size: Number.isSafeInteger(size) ? size : 0 };
}
