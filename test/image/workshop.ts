import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { ConfigInput } from "../../config/schema.ts";
import { configWith } from "../fixtures/valid-config.ts";
import { Clone, type Run } from "../support/clone.ts";
import { Registry } from "./registry.ts";

/** A clone with a private registry, where images are built as on a machine that has no GPG key. */
export class Workshop {
  readonly clone: Clone = new Clone();
  readonly registry: Registry = new Registry();
  readonly directory: string = mkdtempSync(join(tmpdir(), "onebox-workshop-"));

  constructor() {
    this.clone.lendPackages();
  }

  /** Runs scripts/image.sh for a repository of the registry, and expects it to end well. */
  async image(repository: string, args: string[], env: Record<string, string> = {}): Promise<Run> {
    const run = await this.tryImage(repository, args, env);
    expect(run.code, run.output).to.equal(0);
    expect(run.output).not.to.include(this.registry.password);
    return run;
  }

  /** The same, however it ends. @param app what is otherwise in that section of the configuration */
  async tryImage(
    repository: string,
    args: string[],
    env: Record<string, string>,
    app: Partial<ConfigInput["app"]> = {},
  ): Promise<Run> {
    await this.registry.ready();
    const login = { REGISTRY_USER: this.registry.user, REGISTRY_PASSWORD: this.registry.password };
    const options = { env: { ...login, ...env } };
    return this.clone.run("image.sh", [...args, ...this.#config(repository, app)], options);
  }

  /** A configuration outside of the clone, which therefore stays what its commit says. */
  #config(repository: string, more: Partial<ConfigInput["app"]>): string[] {
    const file = join(this.directory, `${repository.replace("/", "-")}.config.ts`);
    const hetzner = {
      domain: "shop.test",
      repository: `${this.registry.host}/${repository}`,
      state: { bucket: "acme-state", location: "nbg1" },
    } as const;
    const app = { ...configWith({}).app, ...more };
    writeFileSync(
      file,
      `export default ${JSON.stringify(configWith({ cloud: "hetzner", hetzner, app }))};`,
    );
    return ["--config", file];
  }

  /** The environment of a Docker that forgets what it has built before. */
  withoutCache(): Record<string, string> {
    const directory = join(this.directory, "without-cache");
    const docker = execFileSync("which", ["docker"]).toString().trim();
    mkdirSync(directory, { recursive: true });
    const lines = [
      "#!/bin/sh",
      'case "$1 $2" in',
      `"buildx build") shift 2; exec ${docker} buildx build --no-cache "$@" ;;`,
      `"build "*) shift; exec ${docker} build --no-cache "$@" ;;`,
      "esac",
      `exec ${docker} "$@"`,
    ];
    writeFileSync(join(directory, "docker"), lines.join("\n"));
    chmodSync(join(directory, "docker"), 0o755);
    return { PATH: `${directory}:${process.env.PATH}` };
  }

  remove(): void {
    const made = execFileSync("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}"])
      .toString()
      .split("\n")
      .filter((name) => name.startsWith(`${this.registry.host}/`) && !name.endsWith("<none>"));
    if (made.length > 0) execFileSync("docker", ["image", "rm", ...made], { stdio: "pipe" });
    this.registry.remove();
    this.clone.remove();
    rmSync(this.directory, { recursive: true });
  }
}
