import { previewsRepository } from "../../config/previews.ts";
import { RefusedError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { parseReference } from "../registry/reference.ts";
import type { Vm } from "../vm/vm.ts";

/**
 * Refuses an image of the repository that previews and branches push to: whoever may push there has not been let near
 * stage and prod.
 *
 * @param repository of the app's images
 * @throws RefusedError
 */
export function refusePreviewsImage(reference: string, repository: string): void {
  const previews = parseReference(previewsRepository(repository));
  const { registry, repository: named } = parseReference(reference);
  if (registry !== previews.registry || named !== previews.repository) return;
  throw new RefusedError(
    `${reference} is an image of previews and branches, which stage and prod do not take; merge it, or build it from the commit`,
  );
}

/**
 * Sees that stage has served an image, by its digest: prod takes no other.
 *
 * @throws RefusedError
 */
export async function needProof(
  vm: Pick<Vm, "history"> | undefined,
  { reference }: Pick<Image, "reference">,
): Promise<void> {
  if (await hasServed(vm, reference)) return;
  throw new RefusedError(
    `stage has never served ${digestOf(reference).slice(0, 19)}, so prod does not take it; deploy it to stage first, or say --force-unproven, which prod's history keeps`,
  );
}

/** Whether stage has served an image, to all of its visitors. */
export async function hasServed(
  vm: Pick<Vm, "history"> | undefined,
  reference: string,
): Promise<boolean> {
  const history = (await vm?.history("stage")) ?? [];
  return history.some(
    ({ image, result, action }) =>
      result === "served" && action !== "canary" && digestOf(image) === digestOf(reference),
  );
}

function digestOf(reference: string): string {
  return reference.split("@")[1] ?? reference;
}
