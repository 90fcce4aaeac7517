import { RefusedError } from "../errors.ts";
import { shortCommit } from "../git/tree.ts";
import { commitOf } from "../registry/schema.ts";
import type { Step } from "../steps.ts";
import { servingIn } from "../vm/answers.ts";
import type { Vm } from "../vm/vm.ts";
import type { Build } from "./build.ts";
import { type Image, imageReference } from "./image.ts";
import type { ImageRegistry } from "./registry.ts";

/** What was asked of a registry while other work was done. */
export type Asked = Promise<Image | undefined> | undefined;

/** What a build is of. */
type Source = Pick<Build, "tree">;

/** Asks for a commit's image, while other work is done; a registry on this computer has nobody to ask yet. */
export function beginAsking(build: Source, registry: ImageRegistry): Asked {
  if (registry.isOwn) return undefined;
  const asked = registry.find(nameOf(build, registry));
  asked.catch(() => {}); // then it is asked again, when the answer is needed
  return asked;
}

/** Pushes, while other work is done, what was asked for and is missing in the registry. */
export async function pushWhatIsMissing(
  build: Build,
  registry: ImageRegistry,
  asked: Asked,
): Promise<void> {
  if (asked === undefined) return;
  const found = await asked.catch(() => "unknown");
  if (found === undefined) build.pushTo(await registry.nameHere(nameOf(build, registry)));
}

/** The registry's image of a commit; undefined: it lacks it. */
export async function knownImageOfCommit(
  build: Source,
  registry: ImageRegistry,
  step: Step,
  asked?: Asked,
): Promise<Image | undefined> {
  const name = nameOf(build, registry);
  const { commit } = build.tree;
  const found = await (asked?.catch(() => registry.find(name)) ?? registry.find(name));
  if (found === undefined) return undefined;
  step.note = `${shortCommit(commit)} is in the registry`;
  return { ...found, commit }; // one without the label is known by its tag
}

/** The registry's image of a commit; one that it lacks is built and pushed. */
export async function imageOfCommit(
  build: Build,
  registry: ImageRegistry,
  step: Step,
  asked?: Asked,
): Promise<Image> {
  const known = await knownImageOfCommit(build, registry, step, asked);
  if (known !== undefined) {
    await build.end();
    return known;
  }
  return buildAndPush(build, registry, step);
}

/**
 * A commit's image as it is built here, whatever the registry has under its tag: whoever may push may have put that
 * there. When that is another image, `warn` is told.
 */
export async function imageBuiltAnew(
  build: Build,
  registry: ImageRegistry,
  step: Step,
  warn: (line: string) => void,
): Promise<Image> {
  const found = await registry.find(nameOf(build, registry));
  const built = await buildAndPush(build, registry, step);
  if (found !== undefined && found.reference !== built.reference) {
    const { commit } = build.tree;
    warn(
      `  ! the registry had another image of ${shortCommit(commit)}, ${found.reference}: the one that was built here has taken its place`,
    );
  }
  return built;
}

async function buildAndPush(build: Build, registry: ImageRegistry, step: Step): Promise<Image> {
  const name = nameOf(build, registry);
  const { commit } = build.tree;
  step.progress(`building ${shortCommit(commit)}`);
  build.pushTo(await registry.nameHere(name));
  const pushed = await build.pushed(step.output);
  step.note = `${shortCommit(commit)} built and pushed`;
  const reference = `${registry.repository}@${pushed.digest}`;
  if (pushed.size === undefined) return { ...(await registry.describe(reference)), commit };
  return { reference, commit, space: pushed.size };
}

/** The image that somebody has named. */
export async function imageByName(
  reference: string,
  registry: ImageRegistry,
  step: Step,
): Promise<Image> {
  const image = await registry.describe(reference);
  step.note = shortCommit(image.commit);
  return image;
}

/** @param noServer why: there is no server yet */
export function nothingToTake(noServer = false): RefusedError {
  const nothing = "stage serves nothing that prod could take; run: scripts/deploy.sh stage";
  return new RefusedError(noServer ? `there is no server yet, so ${nothing}` : nothing);
}

/** The image that stage serves, which prod runs by the same digest. */
export async function imageOfStage(
  vm: Pick<Vm, "slots"> | undefined,
  registry: ImageRegistry,
  step: Step,
): Promise<Image> {
  if (vm === undefined) throw nothingToTake(true);
  const serving = servingIn(await vm.slots(), "stage");
  if (serving?.state !== "running") throw nothingToTake();
  const named = imageReference.safeParse(serving.image);
  if (!named.success) throw new RefusedError("stage does not serve an image by its digest");
  // Without a repository the VM has it, and nobody else.
  const image = registry.isOwn
    ? { reference: named.data, commit: commitOf(serving.commit), space: 0 }
    : await registry.describe(named.data);
  step.note = `${shortCommit(image.commit)}, the one that stage serves`;
  return image;
}

/**
 * The image that prod had before its server was lost, and stage with it; undefined: stage serves, or nobody knows of one
 * that is still there.
 *
 * @param last tells which one it was
 */
export async function imageOfLost(
  vm: Pick<Vm, "slots"> | undefined,
  last: () => Promise<string | undefined>,
  registry: ImageRegistry,
  step: Step,
): Promise<Image | undefined> {
  const slots = (await vm?.slots().catch(() => undefined)) ?? []; // it does not answer: the state still knows its address
  if (registry.isOwn || servingIn(slots, "stage") !== undefined) return undefined;
  const reference = await last();
  const image = reference && (await registry.find(reference));
  if (!image) return undefined;
  step.note = `${shortCommit(image.commit)}, the one that prod had last`;
  return image;
}

function nameOf({ tree }: Source, { repository }: ImageRegistry): string {
  return `${repository}:${tree.tag}`;
}
