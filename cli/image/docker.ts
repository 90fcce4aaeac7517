import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../environment.ts";
import { RefusedError } from "../errors.ts";
import type { Finished, Processes, RunOptions } from "../processes.ts";
import { withLogins } from "../registry/docker-config.ts";
import { ownDirectory, readDockerConfig } from "../registry/login.ts";
import { RegistryError } from "../registry/reference.ts";

/** Docker's own command, as the user has set it up. */
export class Docker {
  /** Added to the environment that Docker gets. */
  readonly environment: Environment = {};
  readonly #processes: Processes;
  readonly #environment: Environment;
  /** Where the secrets of this run are. */
  readonly #secrets: string;

  constructor(processes: Processes, environment: Environment, secrets: string) {
    this.#processes = processes;
    this.#environment = environment;
    this.#secrets = secrets;
  }

  run(args: string[], options: RunOptions = {}): Promise<Finished> {
    const env = { ...this.environment, ...options.env };
    return this.#processes.run("docker", args, { ...options, env });
  }

  /** What it prints in one line. */
  async ask(args: string[]): Promise<string> {
    return (await this.run(args)).stdout.trim();
  }

  /** Has the engine take an image that lies in a directory as `docker save` would have unpacked it. */
  async load(directory: string, output: (text: string) => void): Promise<void> {
    const archive = `${directory}.tar`;
    await this.#processes.run("tar", ["-C", directory, "-cf", archive, "."], { output });
    await this.run(["load", "--input", archive], { output });
  }

  /** Has Docker run without any of its user's logins: what is built then is a stranger's. */
  logOut(): void {
    const own = ownDirectory(this.#environment);
    const { auths, credsStore, credHelpers, ...rest } = readDockerConfig(join(own, "config.json"));
    const directory = join(this.#secrets, "docker-logged-out");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, "config.json"), JSON.stringify(rest), { mode: 0o600 });
    lend(own, directory);
    const { BUILDX_CONFIG = join(own, "buildx") } = this.#environment;
    Object.assign(this.environment, { DOCKER_CONFIG: directory, BUILDX_CONFIG });
  }

  /** With the registry login of .env, when there is one, beside those that Docker knows. */
  runWithLogin(args: string[], options: RunOptions = {}): Promise<Finished> {
    return this.run(args, { ...options, env: { ...this.#login(), ...options.env } });
  }

  #login(): Environment {
    const file = join(this.#secrets, "docker/config.json");
    const own = ownDirectory(this.#environment);
    try {
      const ours = readDockerConfig(file);
      if (ours.auths === undefined) return {};
      const directory = join(this.#secrets, "docker-with-login");
      const both = withLogins(readDockerConfig(join(own, "config.json")), ours);
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(join(directory, "config.json"), JSON.stringify(both), { mode: 0o600 });
      lend(own, directory);
      const { BUILDX_CONFIG = join(own, "buildx") } = this.#environment;
      return { DOCKER_CONFIG: directory, BUILDX_CONFIG };
    } catch (error) {
      if (error instanceof RegistryError) throw new RefusedError(error.message, { cause: error });
      throw error;
    }
  }
}

/** Plugins and contexts lie beside the configuration. */
function lend(own: string, directory: string): void {
  for (const name of ["cli-plugins", "contexts"]) {
    const [from, to] = [join(own, name), join(directory, name)];
    if (existsSync(from) && !existsSync(to)) symlinkSync(from, to);
  }
}
