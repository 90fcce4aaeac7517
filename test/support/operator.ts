import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Clone, Run, RunOptions } from "./clone.ts";
import { type Serving, servingOf } from "./serving.ts";
import { type Answer, visit } from "./visit.ts";
import { Vm } from "./vm.ts";

/** Somebody who works with a clone's scripts. The VM is asked past SSH: that takes a tenth of the time. */
export class Operator {
  /** Everything that any script printed. */
  readonly printed: string[] = [];
  readonly #clone: () => Clone;
  /** The VM's, which every one after it gets too. */
  #address: string | undefined;

  constructor(clone: () => Clone) {
    this.#clone = clone;
  }

  /** Runs a script and expects its exit code; the output explains a failure. */
  run = async (
    code: number,
    script: string,
    args: string[] = [],
    options?: RunOptions,
  ): Promise<Run> => {
    const done = await this.#clone().run(script, args, options);
    this.printed.push(done.output);
    expect(done.code, `scripts/${script} ${args.join(" ")}\n${done.output}`).to.equal(code);
    return done;
  };

  /** What an environment serves. */
  serving = (environment: "stage" | "prod"): Promise<Serving> => servingOf(this.#vm(), environment);

  /** Runs shell on the VM and returns what it printed. */
  onVm = (shell: string): Promise<string> => this.#vm().run(shell);

  /** The running containers of an environment that stay, with the moment each was started. */
  containers = (environment: "stage" | "prod"): Promise<string> =>
    this.onVm(
      `docker ps -q --no-trunc --filter label=com.docker.compose.project=onebox-${environment} --filter label=com.docker.compose.oneoff=False | sort | xargs docker inspect --format '{{.Id}} {{.State.StartedAt}}'`,
    );

  /** Asks an environment through the VM's public address, as a visitor's browser would. */
  request = async (
    environment: "stage" | "prod",
    path: string,
    options: { json?: Record<string, string>; host?: string } = {},
  ): Promise<Answer & { release: string | undefined }> => {
    const own = environment === "prod" ? "onebox.localhost" : "stage.onebox.localhost";
    this.#address ??= await this.#vm().address();
    const answer = await visit(this.#address, options.host ?? own, path, {}, options.json);
    return { ...answer, release: answer.headers["x-onebox-release"]?.toString() };
  };

  /** Commits a change of nothing but the page's heading. */
  changeHeading = (text: string): void => {
    const clone = this.#clone();
    const page = readFileSync(join(clone.directory, "server/page.ts"), "utf8");
    clone.write("server/page.ts", page.replaceAll(/<h1>[^<$]*<\/h1>/g, `<h1>${text}</h1>`));
    clone.commit(`Change the heading: ${text}`);
  };

  /** Another one in each call: a cloud that was taken down is followed by another. */
  #vm = () => new Vm(this.#clone().directory);
}

/** The curl line that a deploy printed, to be run as it stands. */
export function curlLine(output: string): string {
  const line = output.split("\n").find((candidate) => /^ {2}curl /.test(candidate));
  if (line === undefined) throw new Error(`no curl line in:\n${output}`);
  return line.trim();
}
