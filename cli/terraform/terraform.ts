import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseAnswer } from "../answer.ts";
import type { Environment } from "../environment.ts";
import { FailedError } from "../errors.ts";
import type { Finished, Processes, RunOptions } from "../processes.ts";

/** A stack of the cdktf program's. */
export type StackName = "server" | "dns" | "stage" | "prod" | "preview";

interface TerraformSettings {
  root: string;
  /** The clone's own working directory. */
  directory: string;
  /** Where Onebox keeps what it has downloaded or built. */
  cache: string;
  /** The run's private directory, which cli/vm/first-contact.ts reads keys from. */
  secrets: string;
  /** Seconds that a new server has for its start; undefined where none is made. */
  bootSeconds?: number;
  /** Keeps apart the working data of configurations that share a clone. */
  name: string;
  /** Token for a stack: the zones may be in a project of their own. */
  token: (stack: StackName) => string;
  stateAccessKey: string;
  stateSecretKey: string;
}

const outputs = z.record(z.string(), z.looseObject({ value: z.unknown() }));

/** Terraform on the synthesised stacks. Variables and credentials go by the environment, never by the command line. */
export class Terraform {
  readonly #settings: TerraformSettings;
  readonly #processes: Processes;
  readonly #initialised = new Set<StackName>();
  /** Values of the stacks' variables. */
  readonly variables: Record<string, string> = {};

  constructor(settings: TerraformSettings, processes: Processes) {
    this.#settings = settings;
    this.#processes = processes;
  }

  /** Runs a command on a stack, which has been initialised. */
  run(stack: StackName, args: string[], options: RunOptions = {}): Promise<Finished> {
    const env = { ...this.#environment(stack), ...options.env };
    return this.#processes.run(this.#program, this.#args(stack, args), { ...options, env });
  }

  /** The same, with the caller's own input and output. Returns Terraform's exit code. */
  attach(stack: StackName, args: string[]): Promise<number> {
    const env = { ...this.#environment(stack), TF_INPUT: undefined };
    return this.#processes.attach(this.#program, this.#args(stack, args), { env });
  }

  /** Initialises a stack, unless that was done with the very same files. @param anew even then */
  async init(stack: StackName, output: (text: string) => void, anew = false): Promise<void> {
    if (this.#initialised.has(stack) && !anew) return;
    const directory = this.dataDirectory(stack);
    const stamp = join(directory, "initialised");
    if (anew || this.#madeOf(stack) !== read(stamp)) {
      await this.run(stack, ["init", "-no-color"], { output });
      mkdirSync(directory, { recursive: true });
      writeFileSync(stamp, this.#madeOf(stack)); // now with the lock file that it has written
    }
    this.#initialised.add(stack);
  }

  /**
   * A stack's outputs; none before it was applied. A stack that was not used in this clone yet, or with another state
   * than before, is initialised first.
   *
   * @throws FailedError when the state cannot be read: that is something else than nothing in it
   */
  async outputs(
    stack: StackName,
    output: (text: string) => void,
  ): Promise<Record<string, unknown>> {
    const ask = () => this.run(stack, ["output", "-json", "-no-color"], { codes: "any" });
    let answer = await ask();
    if (answer.code !== 0) {
      await this.init(stack, output, true);
      answer = await ask();
    }
    if (answer.code === 0) return readOutputs(answer.stdout);
    output(answer.stderr);
    const why = /Error: (.*)/.exec(answer.stderr)?.[1] ?? `exit code ${answer.code}`;
    throw new FailedError(`Terraform cannot read the state of "${stack}": ${why}`);
  }

  /** A stack's state, read as it is; undefined where there is none, or none can be had. Starts no provider. */
  async pull(stack: StackName): Promise<unknown> {
    const { code, stdout } = await this.run(stack, ["state", "pull"], { codes: "any" });
    try {
      return code === 0 ? JSON.parse(stdout) : undefined;
    } catch {
      return undefined; // there is no state yet
    }
  }

  /** The addresses of what a stack's state holds; none before there is one. */
  async resources(stack: StackName): Promise<string[]> {
    const { code, stdout } = await this.run(stack, ["state", "list"], { codes: "any" });
    return code === 0 ? stdout.split("\n").filter(Boolean) : [];
  }

  /** A hash of what a stack and its variables say. */
  definition(stack: StackName, ...variables: string[]): string {
    const json = readFileSync(join(this.#stack(stack), "cdk.tf.json"));
    const hash = createHash("sha256").update(json);
    for (const variable of variables) hash.update(`${variable}\n`);
    return hash.digest("hex");
  }

  /** Where Terraform keeps its working data of a stack: apart from cdktf.out, which a synthesis may write anew. */
  dataDirectory(stack: StackName): string {
    return join(this.#settings.directory, "terraform", this.#settings.name, stack);
  }

  get #program(): string {
    return join(this.#settings.cache, "bin/terraform");
  }

  #stack(stack: StackName): string {
    return join(this.#settings.root, "cdktf.out/stacks", stack);
  }

  /** A hash of what `init` reads. */
  #madeOf(stack: StackName): string {
    const hash = createHash("sha256");
    for (const name of ["cdk.tf.json", ".terraform.lock.hcl"]) {
      hash.update(`${read(join(this.#stack(stack), name))}\0`);
    }
    hash.update(read(this.#cliConfig));
    return hash.digest("hex");
  }

  /** Names the mirror that holds the providers. */
  get #cliConfig(): string {
    return join(this.#settings.cache, "terraform/cli.tfrc");
  }

  #args(stack: StackName, args: string[]): string[] {
    return [`-chdir=${this.#stack(stack)}`, ...args];
  }

  #environment(stack: StackName): Environment {
    const { cache, secrets, bootSeconds, token, stateAccessKey, stateSecretKey } = this.#settings;
    const variables = Object.entries(this.variables).map(([key, value]) => [
      `TF_VAR_${key}`,
      value,
    ]);
    return {
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1", // no questions about newer versions
      TF_CLI_CONFIG_FILE: join(cache, "terraform/cli.tfrc"), // names the mirror that holds the providers
      TF_DATA_DIR: this.dataDirectory(stack),
      ONEBOX_SECRETS: secrets,
      ONEBOX_BOOT_SECONDS: `${bootSeconds ?? ""}`,
      AWS_ACCESS_KEY_ID: stateAccessKey,
      AWS_SECRET_ACCESS_KEY: stateSecretKey,
      HCLOUD_TOKEN: token(stack),
      ...Object.fromEntries(variables),
    };
  }
}

/**
 * Reads `terraform output -json`.
 *
 * @throws FailedError
 */
export function readOutputs(json: string): Record<string, unknown> {
  const found = Object.entries(parseAnswer("what Terraform put out", json || "{}", outputs));
  return Object.fromEntries(found.map(([name, { value }]) => [name, value]));
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
