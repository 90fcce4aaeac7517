import { type ImageReference, RegistryError } from "./image-reference.ts";
import { type Login, manifestTypes, RegistrySession } from "./registry-session.ts";

/** What a registry knows of an image. */
export interface ImageDescription {
  /** Digest of the manifest that the reference names, "sha256:…". */
  digest: string;
  /** Commit, from the label org.opencontainers.image.revision; "unknown" without one. */
  commit: string;
  /** Sum of the compressed layers, in bytes. */
  size: number;
}

interface Manifest {
  manifests?: { digest: string; platform?: { os: string; architecture: string } }[];
  config?: { digest: string; size: number };
  layers?: { size: number }[];
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
  const answer = await session.get(`manifests/${image.tag}`, manifestTypes);
  const digest = answer.headers.get("docker-content-digest") ?? image.tag;
  let manifest = (await answer.json()) as Manifest;
  const platform = manifest.manifests?.find(
    (entry) => entry.platform?.os === "linux" && entry.platform.architecture !== "unknown",
  );
  if (platform !== undefined) {
    manifest = (await (
      await session.get(`manifests/${platform.digest}`, manifestTypes)
    ).json()) as Manifest;
  }
  if (manifest.config === undefined)
    throw new RegistryError(`${image.repository} is not a container image`);
  const config = (await (await session.get(`blobs/${manifest.config.digest}`)).json()) as {
    config?: { Labels?: Record<string, string> | null };
  };
  return {
    digest,
    commit: config.config?.Labels?.["org.opencontainers.image.revision"] || "unknown",
    size: (manifest.layers ?? []).reduce((sum, layer) => sum + layer.size, 0),
  };
}
