import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ImageReference, parseReference } from "../../cli/registry/reference.ts";
import { manifestTypes } from "../../cli/registry/session.ts";
import { htpasswd, loginOptions } from "../support/htpasswd.ts";
import { label } from "../support/label.ts";

const docker = (...args: string[]) =>
  execFileSync("docker", args, { stdio: "pipe" }).toString().trim();

interface Descriptor {
  digest: string;
  size: number;
  mediaType: string;
}

/** A private registry of a test's own, on a free port of this computer: it wants a login for everything. */
export class Registry {
  readonly user = "pusher";
  readonly password: string = randomBytes(12).toString("hex");
  readonly host: string;
  readonly #directory = mkdtempSync(join(tmpdir(), "onebox-registry-"));
  readonly #container: string;

  constructor() {
    const file = join(this.#directory, "htpasswd");
    writeFileSync(file, htpasswd(this.user, this.password));
    const options = [...label(), ...loginOptions(file), "--publish", "127.0.0.1::5000"];
    this.#container = docker("run", "--detach", "--rm", ...options, "registry:2.8.3");
    this.host = docker("port", this.#container, "5000/tcp").split("\n")[0] ?? "";
  }

  get basic(): string {
    return Buffer.from(`${this.user}:${this.password}`).toString("base64");
  }

  /** Waits until it answers, at most 20 s. */
  async ready(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await fetch(`http://${this.host}/v2/`).catch(() => undefined);
      if (answer?.status === 401) return;
      if (Date.now() > deadline) throw new Error(`no registry at ${this.host}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Writes a config.json for Docker with the login into a directory. */
  logIn(directory: string): void {
    const config = { auths: { [this.host]: { auth: this.basic } } };
    writeFileSync(join(directory, "config.json"), JSON.stringify(config), { mode: 0o600 });
  }

  /** Stands for Docker Hub with an image that the engine has. @param config directory that logIn has written into */
  takeOver(image: string, config: string): void {
    const name = `${this.host}/library/${image}`;
    docker("tag", image, name);
    const env = { ...process.env, DOCKER_CONFIG: config };
    execFileSync("docker", ["push", "--quiet", name], { env, stdio: "pipe" });
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Basic ${this.basic}`, ...init.headers };
    const answer = await fetch(new URL(path, `http://${this.host}/v2/`), { ...init, headers });
    if (answer.ok) return answer;
    throw new Error(`${init.method ?? "GET"} ${path}: HTTP ${answer.status}`);
  }

  /**
   * Puts a list of two platforms under an image's tag: what is there, and the same again as arm64.
   * Nothing of it has to run: it is what images for arm64 are copied onto.
   */
  async addArm64(name: string): Promise<void> {
    const { repository, tag }: ImageReference = parseReference(`${this.host}/${name}`);
    const answer = await this.ask(`${repository}/manifests/${tag}`, {
      headers: { accept: manifestTypes },
    });
    const text = await answer.text();
    const manifest = JSON.parse(text) as { mediaType: string; config: Descriptor };
    const config = await this.ask(`${repository}/blobs/${manifest.config.digest}`);
    const other = JSON.stringify({ ...((await config.json()) as object), architecture: "arm64" });
    const entry = { ...manifest.config, ...(await this.#upload(repository, other)) };
    const twin = JSON.stringify({ ...manifest, config: entry });
    await this.#manifest(`${repository}/manifests/${sha256(twin)}`, manifest.mediaType, twin);
    const mediaType = "application/vnd.docker.distribution.manifest.list.v2+json";
    const manifests = [text, twin].map((each, index) => ({
      mediaType: manifest.mediaType,
      digest: sha256(each),
      size: Buffer.byteLength(each),
      platform: { os: "linux", architecture: ["amd64", "arm64"][index] },
    }));
    const list = JSON.stringify({ schemaVersion: 2, mediaType, manifests });
    await this.#manifest(`${repository}/manifests/${tag}`, mediaType, list);
  }

  async #upload(repository: string, text: string): Promise<{ digest: string; size: number }> {
    const digest = sha256(text);
    const upload = await this.ask(`${repository}/blobs/uploads/`, { method: "POST" });
    const place = new URL(upload.headers.get("location") ?? "");
    place.searchParams.set("digest", digest);
    await this.ask(place.href, { method: "PUT", body: text });
    return { digest, size: Buffer.byteLength(text) };
  }

  async #manifest(path: string, type: string, body: string): Promise<void> {
    await this.ask(path, { method: "PUT", body, headers: { "content-type": type } });
  }

  remove(): void {
    docker("rm", "--force", "--volumes", this.#container);
    rmSync(this.#directory, { recursive: true });
  }
}

function sha256(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
