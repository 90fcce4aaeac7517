import { inOneLine } from "../plain-text.ts";

/** A place in a registry: what stands before, and after, the last ":" or "@". */
export interface ImageReference {
  registry: string;
  repository: string;
  /** A tag, or a digest with "sha256:". */
  tag: string;
}

/** A registry that lacks the image, lets nobody see it without another login, or cannot be asked. */
export class RegistryError extends Error {
  readonly kind: "missing" | "refused" | "failed";

  constructor(message: string, kind: RegistryError["kind"] = "failed") {
    super(message);
    this.name = "RegistryError";
    this.kind = kind;
  }
}

/**
 * Splits an image reference that names its registry.
 *
 * @throws RegistryError (missing) when it is none
 */
export function parseReference(text: string): ImageReference {
  const match =
    /^([a-z0-9.-]+(?::[0-9]+)?)\/([a-z0-9]+(?:(?:[._/]|__|-+)[a-z0-9]+)*)(?::(\w[\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      text,
    );
  const [, registry, repository, tag, digest] = match ?? [];
  const place = registry !== undefined && URL.canParse(`https://${registry}`); // its port is one
  if (!place || repository === undefined || !/[.:]|^localhost$/.test(registry)) {
    const lower = /^[^:@]*[A-Z]/.test(text) ? "; names are in lower case" : "";
    throw new RegistryError(
      `"${inOneLine(text)}" is not an image with its registry, such as ghcr.io/you/app:1.0${lower}`,
      "missing",
    );
  }
  const name = { registry, repository, tag: digest ?? tag ?? "latest" };
  return /^(index\.)?docker\.io$/.test(registry) ? ofDockerHub(name) : name;
}

/** Docker Hub has two names, and what stands there without a user before it is Docker's own. */
function ofDockerHub({ repository, tag }: ImageReference): ImageReference {
  const name = repository.includes("/") ? repository : `library/${repository}`;
  return { registry: "docker.io", repository: name, tag };
}
