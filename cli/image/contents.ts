import type { z } from "zod";
import { type ImageReference, RegistryError } from "../registry/reference.ts";
import { imageConfig, index, manifest } from "../registry/schema.ts";
import { type Login, RegistrySession } from "../registry/session.ts";
import { listPackages, type Package, tellsOfPackages } from "./packages.ts";
import { readLayer, type TarEntry } from "./tar.ts";

/** A layer of an image. */
interface Layer {
  digest: string;
  /** Compressed, in bytes. */
  size: number;
  /** The build's step that made it; "" when the image does not tell. */
  step: string;
}

/** An image for one platform. */
export interface PlatformImage {
  /** As Docker spells it, such as "linux/arm64". */
  platform: string;
  digest: string;
  user: string;
  labels: Record<string, string>;
  layers: Layer[];
}

/** What one reference names: an image or several, one for each platform. Attestations are left out. */
export class ImageContents {
  readonly #session: RegistrySession;
  readonly #image: ImageReference;

  constructor(image: ImageReference, login?: Login) {
    this.#session = new RegistrySession(image, login);
    this.#image = image;
  }

  /** @throws RegistryError */
  async platforms(): Promise<PlatformImage[]> {
    const top = await this.#session.manifest(this.#image.tag);
    const entries = this.#session
      .parse(top, index)
      ?.manifests.filter(({ platform }) => platform?.architecture !== "unknown");
    return Promise.all((entries ?? [top]).map(({ digest }) => this.#one(digest)));
  }

  async #one(digest: string): Promise<PlatformImage> {
    const found = this.#session.parse(await this.#session.manifest(digest), manifest);
    const config =
      found && this.#session.parse(await this.#session.blob(found.config.digest), imageConfig);
    if (found === undefined || config === undefined)
      throw new RegistryError(`${this.#image.repository} is not a container image`);
    return imageOf(digest, found, config);
  }

  /** The files of one layer, as they are in the registry. */
  async files(layer: Layer): Promise<Generator<TarEntry>> {
    const answer = await this.#session.get(`blobs/${layer.digest}`);
    return readLayer(Buffer.from(await answer.arrayBuffer()));
  }

  /** The packages in an image: what the last layer that has a file says counts. */
  async packages(image: PlatformImage): Promise<Package[]> {
    const files = new Map<string, string>();
    for (const layer of image.layers) layOver(files, await this.files(layer));
    return listPackages(files);
  }
}

/** What an image's manifest and configuration say of it. */
export function imageOf(
  digest: string,
  { layers }: z.infer<typeof manifest>,
  { os, architecture, config, history }: z.infer<typeof imageConfig>,
): PlatformImage {
  const steps = (history ?? []).filter((entry) => !entry.empty_layer);
  return {
    platform: `${os}/${architecture}`,
    digest,
    user: config?.User || "root",
    labels: config?.Labels ?? {},
    layers: layers.map(({ digest, size }, index) => ({
      ...{ digest, size },
      step: steps[index]?.created_by ?? steps[index]?.comment ?? "",
    })),
  };
}

/** Lays a layer's files that tell of packages over those of the layers below it. */
export function layOver(files: Map<string, string>, layer: Iterable<TarEntry>): void {
  const added: [string, string][] = [];
  for (const { path, content } of layer) {
    if (content !== undefined && tellsOfPackages(path)) added.push([path, content.toString()]);
    const isGone = removedBy(path);
    if (isGone === undefined) continue;
    for (const below of [...files.keys()].filter(isGone)) files.delete(below);
  }
  for (const [path, text] of added) files.set(path, text);
}

/** Which paths of the layers below an entry takes away, by the OCI's marks; undefined: it is no mark. */
function removedBy(path: string): ((below: string) => boolean) | undefined {
  const [, directory = "", name] = /^(.*\/)?\.wh\.([^/]+)$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  if (name === ".wh..opq") return (below) => below.startsWith(directory); // all that was in the directory
  const removed = `${directory}${name}`;
  return (below) => below === removed || below.startsWith(`${removed}/`);
}
