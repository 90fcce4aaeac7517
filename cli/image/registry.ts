import { join } from "node:path";
import { previewsRepository } from "../../config/previews.ts";
import { FailedError, RefusedError } from "../errors.ts";
import type { Project } from "../project.ts";
import { describeImage } from "../registry/describe.ts";
import { findLogin, ownDirectory } from "../registry/login.ts";
import { type ImageReference, parseReference, RegistryError } from "../registry/reference.ts";
import { type Login, RegistrySession } from "../registry/session.ts";
import type { Session } from "../session.ts";
import type { ImageArchive } from "./archive.ts";
import { ImageContents, type PlatformImage } from "./contents.ts";
import type { Image } from "./image.ts";
import { startOwnRegistry } from "./own-registry.ts";
import type { Package } from "./packages.ts";

/** Compressed, an image is a third or a quarter of what it takes on a disk. */
const COMPRESSION = 4;

/** An image for one platform, with the packages in it. */
export type DescribedImage = PlatformImage & { packages: Package[] };

/** The registry that a run's images go through, and what others have under a name. */
export class ImageRegistry {
  /** The repository without tag, as the VM calls it. */
  readonly repository: string;
  readonly #session: Session;
  readonly #isOwn: boolean;
  #own: Promise<string> | undefined;

  /** @param of whose images: those that stage and prod may run, or previews', which are kept apart from them */
  constructor(session: Session, { config, cloud }: Project, of: "app" | "previews" = "app") {
    this.#session = session;
    this.repository = of === "app" ? cloud.repository : previewsRepository(cloud.repository);
    this.#isOwn = config.registry === "none";
  }

  /** Whether images go over SSH, through a registry on this computer. */
  get isOwn(): boolean {
    return this.#isOwn;
  }

  /** Where the registry on this computer is, which is started when it is first needed. */
  async ownAddress(): Promise<string> {
    this.#own ??= startOwnRegistry(this.#session);
    return this.#own;
  }

  /** The name by which this computer reaches what the VM calls `reference`. */
  async nameHere(reference: string): Promise<string> {
    const host = hostOf(this.repository);
    if (!this.#isOwn || !isOf(reference, host)) return reference;
    return exchangeHost(reference, host, await this.ownAddress());
  }

  /**
   * What the registry has under a name; undefined: nothing that it would show.
   *
   * @throws RefusedError when it cannot be asked
   */
  async find(reference: string): Promise<Image | undefined> {
    try {
      return await this.#find(reference);
    } catch (error) {
      if (error instanceof RegistryError && error.kind !== "failed") return undefined;
      throw refusal(error);
    }
  }

  /**
   * What a registry has under a name.
   *
   * @throws RefusedError when there is no such image
   */
  async describe(reference: string): Promise<Image> {
    try {
      return await this.#find(reference);
    } catch (error) {
      throw refusal(error);
    }
  }

  /** Gives an image another tag of its repository; nothing is pulled or pushed but the manifest. */
  async tag(reference: string, tag: string): Promise<void> {
    await this.#ask(reference, async (image, login) => {
      const { mediaType, text } = await new RegistrySession(image, login).manifest(image.tag);
      // A session of its own: what may read may need another token to write.
      await new RegistrySession(image, login).putManifest(tag, mediaType, text);
    });
  }

  /** Sends an image that lies in a file, under a tag of the repository; returns it by its digest. */
  async send({ blobs, manifests }: ImageArchive, tag: string): Promise<string> {
    const name = `${this.repository}:${tag}`;
    try {
      await this.#ask(name, async (image, login) => {
        // A session of its own: what may read may need another token to write.
        const [reader, writer] = [0, 1].map(() => new RegistrySession(image, login)) as [
          RegistrySession,
          RegistrySession,
        ];
        for (const [digest, bytes] of blobs) {
          if (!(await reader.has(digest))) await writer.putBlob(digest, Buffer.from(bytes));
        }
        for (const { digest, mediaType, text } of manifests)
          await writer.putManifest(digest, mediaType, text);
        const { mediaType = "", text = "" } = manifests.at(-1) ?? {};
        await writer.putManifest(image.tag, mediaType, text);
      });
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      const message = `the image could not be pushed: ${error.message}`;
      throw new FailedError(message, { next: "run this again", cause: error });
    }
    return `${this.repository}@${manifests.at(-1)?.digest}`;
  }

  /**
   * All that an image holds, for each platform.
   *
   * @throws RefusedError when there is no such image
   */
  async lookInto(reference: string): Promise<DescribedImage[]> {
    try {
      return await this.#ask(reference, async (image, login) => {
        const contents = new ImageContents(image, login);
        const found = [];
        for (const one of await contents.platforms()) {
          found.push({ ...one, packages: await contents.packages(one) });
        }
        return found;
      });
    } catch (error) {
      throw refusal(error);
    }
  }

  #find(reference: string): Promise<Image> {
    return this.#ask(reference, async (image, login) => {
      const { digest, commit, size } = await describeImage(image, login);
      const { registry, repository } = image;
      const host = registry === (await this.#own) ? hostOf(this.repository) : registry;
      return { reference: `${host}/${repository}@${digest}`, commit, space: size * COMPRESSION };
    });
  }

  /** Asks with the login that there is for the registry; why there is none belongs to its refusal. */
  async #ask<T>(
    reference: string,
    work: (image: ImageReference, login: Login | undefined) => Promise<T>,
  ): Promise<T> {
    const image = parseReference(await this.nameHere(reference));
    const { environment, processes, secrets } = this.#session;
    const own = ownDirectory(environment);
    const files = [join(secrets, "docker/config.json"), join(own, "config.json")];
    const { login, problem } = await findLogin(image.registry, files, (...words) =>
      processes.run(...words),
    );
    try {
      return await work(image, login);
    } catch (error) {
      const refused = error instanceof RegistryError && error.kind === "refused";
      if (!refused || problem === undefined) throw error;
      throw new RegistryError(`${error.message}; ${problem}`, "refused");
    }
  }
}

/** What a registry said, as the reason for which nothing was done. */
function refusal(error: unknown): unknown {
  if (!(error instanceof RegistryError)) return error;
  const text = error.kind === "failed" ? error.message : `unknown image: ${error.message}`;
  return new RefusedError(text, { cause: error });
}

/** "127.0.0.1:5077/shop/app" with another host; the image of another registry stays what it is. */
export function exchangeHost(reference: string, from: string, to: string): string {
  return isOf(reference, from) ? `${to}${reference.slice(from.length)}` : reference;
}

function isOf(reference: string, host: string): boolean {
  return reference.startsWith(`${host}/`);
}

/** A repository's registry. */
export function hostOf(repository: string): string {
  return repository.split("/")[0] ?? "";
}
