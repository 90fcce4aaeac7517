import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { htpasswd, loginOptions } from "../support/htpasswd.ts";

const docker = (...args: string[]) => execFileSync("docker", args, { stdio: "pipe" }).toString();

/** A clone's registry, with the images that it has, as one that wants a login. */
export class PrivateRegistry {
  readonly #users: string;
  readonly #open: string;
  readonly #closed: string;
  readonly #lines: string[] = [];

  constructor(directory: string) {
    const file = join(directory, ".onebox/cloud/cloud.json");
    const { id, registry } = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    this.#users = join(directory, ".onebox/htpasswd");
    this.#open = `onebox-${id}-registry`;
    this.#closed = `${this.#open}-private`;
    writeFileSync(this.#users, "");
    const place = ["--network", `onebox-${id}`, "--publish", `${registry}:5000`];
    const data = ["--volume", `${this.#open}:/var/lib/registry`, "--label", `onebox.cloud=${id}`];
    const options = [
      ...place,
      ...data,
      ...loginOptions(this.#users),
      "--network-alias",
      this.#open,
    ];
    docker("create", "--name", this.#closed, ...options, "registry:2.8.3");
  }

  /** Takes the other one's place, and asks for a login from then on. */
  open(): void {
    docker("kill", this.#open);
    docker("start", this.#closed);
  }

  remove(): void {
    docker("rm", "--force", this.#closed);
  }

  /** Lets a user in, by a new token, which is returned. */
  add(user: string): string {
    const token = randomBytes(16).toString("hex");
    this.#lines.push(htpasswd(user, token));
    this.#write();
    return token;
  }

  /** Takes the oldest token back, as its owner does at the registry. */
  takeBack(): void {
    this.#lines.shift();
    this.#write();
  }

  #write(): void {
    writeFileSync(this.#users, this.#lines.join(""));
  }
}
