/** A place in a registry: what stands before, and after, the last ":" or "@". */
export interface ImageReference {
  registry: string;
  repository: string;
  /** A tag, or a digest with "sha256:". */
  tag: string;
}

/** Credentials, as Docker keeps them: base64 of "user:password". */
export interface Login {
  basic: string;
}

/** What a registry knows of an image. */
export interface ImageDescription {
  /** Digest of the manifest that the reference names, "sha256:…". */
  digest: string;
  /** Commit, from the label org.opencontainers.image.revision; "unknown" without one. */
  commit: string;
  /** Sum of the compressed layers, in bytes. */
  size: number;
}

/** A registry that cannot be asked, or does not have the image (`missing`). */
export class RegistryError extends Error {
  readonly missing: boolean;

  constructor(message: string, missing = false) {
    super(message);
    this.name = "RegistryError";
    this.missing = missing;
  }
}

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

interface Manifest {
  manifests?: { digest: string; platform?: { os: string; architecture: string } }[];
  config?: { digest: string; size: number };
  layers?: { size: number }[];
}

/**
 * Splits an image reference that names its registry.
 *
 * @throws RegistryError (missing) when it is none
 */
export function parseReference(text: string): ImageReference {
  const match =
    /^([a-z0-9.-]+(?::[0-9]+)?)\/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w.-]{1,128}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      text,
    );
  const [, registry, repository, tag, digest] = match ?? [];
  if (registry === undefined || repository === undefined || !/[.:]|^localhost$/.test(registry)) {
    throw new RegistryError(
      `"${text}" is not an image with its registry, such as ghcr.io/you/app:1.0`,
      true,
    );
  }
  return { registry, repository, tag: digest ?? tag ?? "latest" };
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
  const session = new Session(image, login);
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

/** Requests to one repository; obtains a token when the registry asks for one. */
class Session {
  readonly #image: ImageReference;
  readonly #login: Login | undefined;
  #authorization: string | undefined;

  constructor(image: ImageReference, login: Login | undefined) {
    this.#image = image;
    this.#login = login;
  }

  async get(path: string, accept = "*/*"): Promise<Response> {
    const { registry, repository, tag } = this.#image;
    // Docker's own rule: a registry on the loopback network is spoken to without TLS.
    const scheme = /^(localhost|127\.)/.test(registry) ? "http" : "https";
    const url = `${scheme}://${registry}/v2/${repository}/${path}`;
    let answer = await this.#fetch(url, accept);
    if (answer.status === 401 && this.#authorization === undefined) {
      this.#authorization = await this.#authorize(answer.headers.get("www-authenticate") ?? "");
      answer = await this.#fetch(url, accept);
    }
    if (answer.status === 404) {
      throw new RegistryError(`${registry} has no image ${repository}:${tag}`, true);
    }
    if (!answer.ok)
      throw new RegistryError(`${registry} refuses ${repository}: HTTP ${answer.status}`);
    return answer;
  }

  async #fetch(url: string, accept: string): Promise<Response> {
    const headers: Record<string, string> = { accept };
    if (this.#authorization !== undefined) headers.authorization = this.#authorization;
    try {
      return await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    } catch {
      throw new RegistryError(`registry ${new URL(url).host} does not answer`);
    }
  }

  async #authorize(challenge: string): Promise<string> {
    const basic = this.#login && `Basic ${this.#login.basic}`;
    const parameters = new Map(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    );
    const realm = parameters.get("realm");
    if (!/^bearer /i.test(challenge) || realm === undefined) return basic ?? "Basic Og==";
    const url = new URL(realm);
    for (const key of ["service", "scope"]) {
      const value = parameters.get(key);
      if (value !== undefined) url.searchParams.set(key, value);
    }
    const answer = await fetch(url, {
      headers: basic === undefined ? {} : { authorization: basic },
      signal: AbortSignal.timeout(10_000),
    });
    const body = (await answer.json().catch(() => ({}))) as {
      token?: string;
      access_token?: string;
    };
    return `Bearer ${body.token ?? body.access_token ?? ""}`;
  }
}
