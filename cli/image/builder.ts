import { csvLine } from "./csv.ts";

/**
 * What builds: buildx with a builder of its own, which can build for several platforms; buildx with the engine's; or
 * the engine's old builder.
 */
export type BuilderKind = "own" | "engine" | "legacy";

const OWN = ["docker-container", "kubernetes", "remote", "cloud"];

/** Tells by what `docker buildx inspect` prints; undefined: there is no buildx. */
export function builderIn(inspected: string | undefined): BuilderKind {
  const driver = /^Driver: *(\S+)/m.exec(inspected ?? "")?.[1];
  if (driver === undefined) return "legacy";
  return OWN.includes(driver) ? "own" : "engine";
}

/** What the image of a commit is built of. */
export interface Recipe {
  /** Directory with the tree's files. */
  directory: string;
  /** Both below the directory. */
  dockerfile: string;
  context: string;
  /** The Dockerfile's stage; undefined: its last one. */
  target: string | undefined;
  /** Build arguments of the app's own. */
  args: Record<string, string>;
  /** Files with what only the build gets, by name. */
  secrets: Record<string, string>;
  commit: string;
  epoch: number;
  /** KEY=value. */
  labels: string[];
}

/** The arguments for Docker, but for where the image goes. */
export function buildArguments(kind: BuilderKind, recipe: Recipe): string[] {
  const { directory, dockerfile, target, commit, epoch, labels } = recipe;
  const own = Object.entries(recipe.args).map(([name, value]) => `${name}=${value}`);
  const given = [`COMMIT=${commit}`, `SOURCE_DATE_EPOCH=${epoch}`, ...own];
  const secrets = Object.entries(recipe.secrets);
  return [
    ...(kind === "own" ? ["buildx", "build"] : ["build"]),
    // The old builder keeps the container of a step that has failed.
    ...(kind === "legacy" ? ["--force-rm"] : []),
    ...["--file", `${directory}/${dockerfile}`],
    ...(target === undefined ? [] : ["--target", target]),
    ...given.flatMap((argument) => ["--build-arg", argument]),
    ...secrets.flatMap(([id, file]) => ["--secret", csvLine(`id=${id}`, `src=${file}`)]),
    // For the old builder each would be a step more: they are added to what it has built.
    ...(kind === "legacy" ? [] : labels.flatMap((label) => ["--label", label])),
    // They hold the moment of the build: they are made of the digest, beside the image.
    ...(kind === "own" ? ["--provenance=false", "--sbom=false"] : []),
  ];
}

/** What stands behind all other arguments: the directory that the builder gets. */
export function contextOf({ directory, context }: Recipe): string {
  return `${directory}/${context}`;
}

/** What becomes of an image that a builder of its own has built: it stays in its cache, is pushed, or goes to a file. */
export type Destination = "cache" | { name: string; metadata: string } | { file: string };

/** The arguments for that; with a name, `metadata` is the file that tells the digest. */
export function outputOf(destination: Destination): string[] {
  if (destination === "cache") return ["--output", "type=cacheonly"];
  const steady = "oci-mediatypes=true,rewrite-timestamp=true";
  if ("file" in destination) return ["--output", `type=oci,dest=${destination.file},${steady}`];
  const { name, metadata } = destination;
  return ["--output", `type=image,name=${name},push=true,${steady}`, "--metadata-file", metadata];
}

/** The digest that `docker push` tells in its last line; undefined when it does not. */
export function pushedDigest(said: string): string | undefined {
  return /^\S+: digest: (sha256:[0-9a-f]{64}) size: \d+/m.exec(said)?.[1];
}
