import { type ImageReference, RegistryError } from "./reference.ts";
import { commitOf, imageConfig, index, manifest } from "./schema.ts";
import { type Login, RegistrySession } from "./session.ts";

/** What a registry knows of an image. */
export interface ImageDescription {
  /** Digest of the manifest that the reference names, "sha256:…", counted over its bytes. */
  digest: string;
  /** Commit, from the label org.opencontainers.image.revision; "unknown" without a commit there. */
  commit: string;
  /** Sum of the compressed layers, in bytes. */
  size: number;
}

/**
 * Asks the registry for an image by the OCI distribution API.
 *
 * @throws RegistryError
 */
export async function describeImage(
  image: ImageReference,
  login?: Login,
): Promise<ImageDescription> {
  const session = new RegistrySession(image, login);
  const top = await session.manifest(image.tag);
  const platform = session
    .parse(top, index)
    ?.manifests.find(
      ({ platform }) => platform?.os === "linux" && platform.architecture !== "unknown",
    );
  const found = platform === undefined ? top : await session.manifest(platform.digest);
  const parsed = session.parse(found, manifest);
  const config = parsed && session.parse(await session.blob(parsed.config.digest), imageConfig);
  const size = parsed?.layers.reduce((sum, layer) => sum + layer.size, 0);
  if (config === undefined || !Number.isSafeInteger(size))
    throw new RegistryError(`${image.repository} is not a container image`);
  return {
    digest: top.digest,
    commit: commitOf(config.config?.Labels?.["org.opencontainers.image.revision"]),
    size: size as number,
  };
}
