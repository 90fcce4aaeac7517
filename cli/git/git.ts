import { join } from "node:path";
import type { Environment } from "../environment.ts";
import type { Processes } from "../processes.ts";
import { explainGit } from "./reason.ts";

interface GitOptions {
  env?: Environment;
  /** Settings for this call only. */
  settings?: Record<string, string>;
}

/**
 * What the user's own settings would add to git's answers, or would have git refuse. Nor is anything what a replacement
 * (git replace) has put in its place: an image has the name of the commit, and so its files.
 */
const settings = {
  ...{ "log.showSignature": "false", "core.safecrlf": "false", "core.useReplaceRefs": "false" },
  "color.ui": "false",
};

/** Git, at work in one clone. */
export class Git {
  readonly root: string;
  readonly #processes: Processes;

  constructor(root: string, processes: Processes) {
    this.root = root;
    this.#processes = processes;
  }

  /**
   * Runs git and returns what it prints, without the newline at its end.
   *
   * @throws RefusedError with git's reason
   */
  async run(args: string[], options: GitOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.#call(args, options);
    if (code === 0) return stdout.replace(/\n$/, "");
    throw explainGit(stderr, args[0] ?? "", this.root);
  }

  /**
   * The same for questions to which git may say no, which is exit code 1.
   *
   * @throws RefusedError with git's reason when it cannot tell
   */
  async ask(args: string[]): Promise<string | undefined> {
    const { code, stdout, stderr } = await this.#call(args, {});
    if (code === 0) return stdout.replace(/\n$/, "");
    if (code === 1) return undefined;
    throw explainGit(stderr, args[0] ?? "", this.root);
  }

  /** The answer, where none will do as well; undefined: there is none. */
  async find(args: string[]): Promise<string | undefined> {
    const { code, stdout } = await this.#call(args, {});
    return code === 0 ? stdout.replace(/\n$/, "") : undefined;
  }

  /** Git in a directory of this clone that is a repository of its own. */
  in(path: string): Git {
    return new Git(join(this.root, path), this.#processes);
  }

  #call(args: string[], { env, settings: more }: GitOptions) {
    const given = Object.entries({ ...settings, ...more });
    const fixed = given.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
    const options = { ...(env && { env }), codes: "any" as const };
    return this.#processes.run("git", ["-C", this.root, ...fixed, ...args], options);
  }
}
