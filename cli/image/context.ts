import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Config } from "../../config/schema.ts";
import { parseAnswer } from "../answer.ts";
import { exportTree } from "../git/export.ts";
import { Git } from "../git/git.ts";
import { shortCommit, type Tree } from "../git/tree.ts";
import { inOneLine } from "../plain-text.ts";
import type { Session } from "../session.ts";
import { Docker } from "./docker.ts";
import { useOwnIgnoreFile } from "./ignore.ts";
import { needInTree } from "./in-tree.ts";
import { readLayer, readTar } from "./tar.ts";
import { warnOfMissing } from "./warn.ts";

/** What `docker save` says of an image, as far as it is read. */
const saved = z.tuple([z.object({ Layers: z.tuple([z.string()]) })]);

/** The files that the builder gets, as a builder sees them: copied into an image of nothing else. */
export async function listContext(
  session: Session,
  tree: Tree,
  { app }: Config,
  output: (text: string) => void,
): Promise<string[]> {
  const { processes, root, environment, secrets, scratch } = session;
  const docker = new Docker(processes, environment, secrets);
  const directory = join(scratch, "tree");
  const missing = await exportTree(new Git(root, processes), tree.tree, directory);
  warnOfMissing(session, tree, missing);
  needInTree(directory, app.context, shortCommit(tree.commit));
  useOwnIgnoreFile(directory, app);
  const probe = join(scratch, "probe");
  mkdirSync(probe, { recursive: true });
  const files = {
    recipe: join(probe, "Dockerfile"),
    id: join(probe, "id"),
    image: join(probe, "image"),
  };
  writeFileSync(files.recipe, "FROM scratch\nCOPY . /\n");
  // Another builder than the engine's own would not give the image back.
  const options = { output, env: { BUILDX_BUILDER: "default" } };
  const args = ["build", "--no-cache", "--file", files.recipe, "--iidfile", files.id];
  await docker.run([...args, join(directory, app.context)], options);
  const id = readFileSync(files.id, "utf8").trim();
  // Where .dockerignore leaves nothing there is no layer, and an old engine saves no image without one.
  const layers = await docker.ask(["image", "inspect", "--format", "{{len .RootFS.Layers}}", id]);
  if (layers === "0") {
    await docker.run(["image", "rm", "--force", id], { output });
    return [];
  }
  await docker.run(["save", "--output", files.image, id]);
  await docker.run(["image", "rm", "--force", id], { output });
  return filesIn(readFileSync(files.image));
}

/** The paths of an image's only layer, without its directories. */
export function filesIn(archive: Buffer): string[] {
  const parts = new Map<string, Buffer>();
  for (const { path, content } of readTar(archive)) if (content) parts.set(path, content);
  const text = parts.get("manifest.json")?.toString() ?? "null";
  const [{ Layers: layers }] = parseAnswer("what docker save wrote", text, saved);
  const layer = parts.get(layers[0]);
  if (layer === undefined) throw new Error("docker save has left the layer out");
  return [...readLayer(layer)]
    .filter(({ path, isDirectory }) => !isDirectory && path !== "")
    .map(({ path }) => inOneLine(path))
    .sort();
}
