import { type ImageReference, RegistryError } from "./image-reference.ts";

/** Credentials, as Docker keeps them: base64 of "user:password". */
export interface Login {
  basic: string;
}

/** The kinds of manifest that Docker and BuildKit push, an image for several platforms among them. */
export const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Milliseconds: an answer that holds a layer may be hundreds of megabytes. */
const [manifestPatience, layerPatience] = [10_000, 600_000];

/** Requests to one repository; obtains a token when the registry asks for one. */
export class RegistrySession {
  readonly #image: ImageReference;
  readonly #login: Login | undefined;
  #authorization: string | undefined;

  constructor(image: ImageReference, login: Login | undefined) {
    this.#image = image;
    this.#login = login;
  }

  async get(path: string, accept = "*/*"): Promise<Response> {
    return this.#ask("GET", path, { accept });
  }

  /** Sends a manifest under a tag of the repository; its layers must be there already. */
  async putManifest(tag: string, type: string, body: string): Promise<void> {
    await this.#ask("PUT", `manifests/${tag}`, { "content-type": type }, body);
  }

  async #ask(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Response> {
    const { registry, repository, tag } = this.#image;
    // Docker's own rule: a registry on the loopback network is spoken to without TLS.
    const scheme = /^(localhost|127\.)/.test(registry) ? "http" : "https";
    const url = `${scheme}://${registry}/v2/${repository}/${path}`;
    const request: RequestInit = { method, ...(body !== undefined && { body }) };
    let answer = await this.#fetch(url, request, headers);
    if (answer.status === 401 && this.#authorization === undefined) {
      this.#authorization = await this.#authorize(answer.headers.get("www-authenticate") ?? "");
      answer = await this.#fetch(url, request, headers);
    }
    if (answer.status === 404) {
      throw new RegistryError(`${registry} has no image ${repository}:${tag}`, "missing");
    }
    if (answer.status === 401 || answer.status === 403) {
      throw new RegistryError(
        `${registry} refuses ${repository}: HTTP ${answer.status}`,
        "refused",
      );
    }
    if (!answer.ok)
      throw new RegistryError(`${registry} refuses ${repository}: HTTP ${answer.status}`);
    return answer;
  }

  async #fetch(url: string, request: RequestInit, asked: Record<string, string>) {
    const patience = /\/blobs\//.test(url) ? layerPatience : manifestPatience;
    const headers = { ...asked };
    if (this.#authorization !== undefined) headers.authorization = this.#authorization;
    try {
      return await fetch(url, { ...request, headers, signal: AbortSignal.timeout(patience) });
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
