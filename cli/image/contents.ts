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
    const steps = (config.history ?? []).filter((entry) => !entry.empty_layer);
    return {
      platform: `${config.os}/${config.architecture}`,
      digest,
      user: config.config?.User || "root",
      labels: config.config?.Labels ?? {},
      layers: found.layers.map((layer, index) => ({
        digest: layer.digest,
        size: layer.size,
        step: steps[index]?.created_by ?? steps[index]?.comment ?? "",
      })),
    };
  }

  /** The files of one layer, as they are in the registry. */
  async files(layer: Layer): Promise<Generator<TarEntry>> {
    const answer = await this.#session.get(`blobs/${layer.digest}`);
    return readLayer(Buffer.from(await answer.arrayBuffer()));
  }

  /** The packages in an image: what the last layer that has a file says counts. */
  async packages(image: PlatformImage): Promise<Package[]> {
    const files = new Map<string, string>();
    for (const layer of image.layers) {
      for (const { path, content } of await this.files(layer)) {
        const removed = path.replace(/(^|\/)\.wh\.(?=[^/]+$)/, "$1"); // OCI's mark of a removed file
        if (removed !== path) files.delete(removed);
        if (content !== undefined && tellsOfPackages(path)) files.set(path, content.toString());
      }
    }
    return listPackages(files);
  }
}
