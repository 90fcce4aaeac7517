import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FailedError } from "../errors.ts";
import { buildArguments, contextOf, outputOf, pushedDigest, type Recipe } from "./builder.ts";
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
  size: number;
}

/** Builds for several platforms, into the cache of a builder of its own, or to a registry. */
export async function buildForAll(
  recipe: Recipe,
  platforms: string,
  name: string | undefined,
  { docker, output }: Workshop,
): Promise<void> {
  const args = [...buildArguments("own", recipe), "--platform", platforms, ...outputOf(name)];
  await docker.runWithLogin([...args, contextOf(recipe)], { output });
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
  const digest = pushedDigest(stdout);
  if (digest === undefined) throw new FailedError(`docker push does not tell what ${name} is now`);
  const size = Number(await docker.ask(["image", "inspect", "--format", "{{.Size}}", id]));
  return { digest, size: Number.isSafeInteger(size) ? size : 0 };
}
