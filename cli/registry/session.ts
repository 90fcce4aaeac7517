import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { whyUnreached } from "../unreached.ts";
import { type ImageReference, RegistryError } from "./reference.ts";

/** Credentials, as Docker keeps them: base64 of "user:password", or what a registry gave in their place. */
export type Login = { basic: string } | { identityToken: string };

/** The kinds of manifest that Docker and BuildKit push, an image for several platforms among them. */
export const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Bytes: no registry takes a larger manifest, and an image's configuration is smaller still. */
const longestDocument = 4 * 1024 * 1024;

/** A document of a registry: its text, and what it is by the sum over its own bytes. */
interface RegistryDocument {
  digest: string;
  mediaType: string;
  text: string;
}

/** What an authorization server gives; a token goes into a header as it is. */
const token = z
  .string()
  .regex(/^[\x21-\x7e]*$/)
  .optional();
const tokenAnswer = z.object({ token, access_token: token });

/** Milliseconds: an answer that holds a layer may be hundreds of megabytes. */
const [manifestPatience, layerPatience] = [10_000, 600_000];

/** Milliseconds before it is asked again: one that is being restarted is back in some seconds. */
const pauses = [250, 500, 1000, 2000, 2000];

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

  /**
   * A manifest by tag or digest. Its digest is counted here: a registry that calls it otherwise, or gives another
   * than was asked for, is not believed.
   *
   * @throws RegistryError
   */
  async manifest(reference: string): Promise<RegistryDocument> {
    const answer = await this.get(`manifests/${reference}`, manifestTypes);
    const said = answer.headers.get("docker-content-digest");
    const found = await this.#document(answer, reference.includes(":") ? reference : undefined);
    if (said !== null && said !== found.digest)
      this.#distrust("names a manifest by a wrong digest");
    return found;
  }

  /**
   * A configuration, or what else is small, by its digest.
   *
   * @throws RegistryError
   */
  async blob(digest: string): Promise<RegistryDocument> {
    return this.#document(await this.get(`blobs/${digest}`), digest);
  }

  /**
   * What a document says, in the shape that is expected of it; undefined when it has another.
   *
   * @throws RegistryError when it is not JSON
   */
  parse<T>({ text }: RegistryDocument, schema: z.ZodType<T>): T | undefined {
    try {
      return schema.safeParse(JSON.parse(text)).data;
    } catch {
      return this.#distrust("answers with something else than JSON");
    }
  }

  async #document(answer: Response, wanted: string | undefined): Promise<RegistryDocument> {
    const hash = createHash("sha256");
    const pieces: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const piece of answer.body ?? []) {
        length += piece.length;
        if (length > longestDocument) this.#distrust("answers with more than 4 MB");
        hash.update(piece);
        pieces.push(piece);
      }
    } catch (error) {
      if (error instanceof RegistryError) throw error;
      throw new RegistryError(`registry ${this.#image.registry} ended its answer early`);
    }
    const digest = `sha256:${hash.digest("hex")}`;
    if (wanted !== undefined && digest !== wanted)
      this.#distrust(`gives something else as ${wanted}`);
    const mediaType = answer.headers.get("content-type") ?? "";
    return { digest, mediaType, text: Buffer.concat(pieces).toString() };
  }

  #distrust(what: string): never {
    throw new RegistryError(`${this.#image.registry} ${what}: ${this.#image.repository}`);
  }

  /** Sends a manifest under a tag of the repository; its layers must be there already. */
  async putManifest(tag: string, type: string, body: string): Promise<void> {
    await this.#ask("PUT", `manifests/${tag}`, { "content-type": type }, body);
  }

  /** Whether the repository has a blob. */
  async has(digest: string): Promise<boolean> {
    try {
      await this.#ask("HEAD", `blobs/${digest}`, {});
      return true;
    } catch (error) {
      if (error instanceof RegistryError && error.kind === "missing") return false;
      throw error;
    }
  }

  /** Sends a blob, a layer or a configuration, whose digest has been counted. */
  async putBlob(digest: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
    const begun = await this.#ask("POST", "blobs/uploads/", {}, "");
    const place = URL.parse(begun.headers.get("location") ?? "", this.#url("blobs/uploads/"));
    // The login goes along: to nobody else than the registry.
    if (place === null || place.origin !== new URL(this.#url("")).origin)
      this.#distrust("names no place of its own for what is sent");
    place.searchParams.set("digest", digest);
    const headers = { "content-type": "application/octet-stream" };
    await this.#ask("PUT", place.href, headers, bytes);
  }

  #url(path: string): string {
    const { registry, repository } = this.#image;
    // Docker's own rule: a registry on the loopback network is spoken to without TLS.
    const scheme = /^(localhost|127\.)/.test(registry) ? "http" : "https";
    return `${scheme}://${hostOf(registry)}/v2/${repository}/${path}`;
  }

  async #ask(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer<ArrayBuffer>,
  ): Promise<Response> {
    const { registry, repository, tag } = this.#image;
    const url = /^https?:/.test(path) ? path : this.#url(path);
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
    const patience = /\/blobs\/|upload/.test(url) ? layerPatience : manifestPatience;
    const headers = { ...asked };
    if (this.#authorization !== undefined) headers.authorization = this.#authorization;
    let why = "";
    for (const pause of [...pauses, undefined]) {
      try {
        return await fetch(url, { ...request, headers, signal: AbortSignal.timeout(patience) });
      } catch (error) {
        why = whyUnreached(error);
        if (pause === undefined || !isPassing(error)) break;
        await sleep(pause);
      }
    }
    throw new RegistryError(`registry ${new URL(url).host} does not answer: ${why}`);
  }

  async #authorize(challenge: string): Promise<string> {
    const parameters = new Map(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    );
    const basic = this.#login && "basic" in this.#login ? `Basic ${this.#login.basic}` : undefined;
    const realm = parameters.get("realm");
    if (!/^bearer /i.test(challenge) || realm === undefined) return basic ?? "Basic Og==";
    const url = URL.parse(realm);
    if (url === null) return this.#distrust("names no place where a token is to be had");
    const wanted = ["service", "scope"].flatMap((key) => {
      const value = parameters.get(key);
      return value === undefined ? [] : [[key, value] as [string, string]];
    });
    const answer = await this.#askForToken(url, wanted, basic);
    const body = tokenAnswer.safeParse(await answer.json().catch(() => null)).data ?? {};
    return `Bearer ${body.token ?? body.access_token ?? ""}`;
  }

  /** By a user's password, by the token that stands for it (OAuth 2), or as anybody. */
  async #askForToken(
    url: URL,
    wanted: [string, string][],
    basic: string | undefined,
  ): Promise<Response> {
    if (this.#login !== undefined && "identityToken" in this.#login) {
      const body = new URLSearchParams([
        ...wanted,
        ["grant_type", "refresh_token"],
        ["refresh_token", this.#login.identityToken],
        ["client_id", "onebox"],
      ]);
      return this.#fetch(url.href, { method: "POST", body }, {});
    }
    for (const [key, value] of wanted) url.searchParams.set(key, value);
    return this.#fetch(url.href, {}, basic === undefined ? {} : { authorization: basic });
  }
}

/** Whether the network said so, which may say something else in a moment. */
function isPassing(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: string } };
  return /^(ECONNREFUSED|ECONNRESET|EPIPE|EAI_AGAIN|UND_ERR_SOCKET)$/.test(cause?.code ?? "");
}

/** Docker Hub answers by another name than the one that its images have. */
function hostOf(registry: string): string {
  return registry === "docker.io" ? "registry-1.docker.io" : registry;
}
