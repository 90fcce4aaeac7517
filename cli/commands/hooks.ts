import type { Command } from "commander";
import { nearest } from "../../config/nearest.ts";
import { RefusedError } from "../errors.ts";
import { Git } from "../git/git.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";

const actions = ["install", "remove"] as const;
type Action = (typeof actions)[number];

const PATH = "scripts/git-hooks";
/** .githooks is where they were. */
const ours = [PATH, ".githooks"];

const notes = `
  install   checks what is staged before each commit: secrets in plain text, Biome, ShellCheck, shfmt
  remove    removes them

It sets git's core.hooksPath for this clone to ${PATH}, nothing else. The hooks are optional:
scripts/test.sh looks at the same, and more.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("install|remove")
    .argument("[action]", actions.join(" or "))
    .addHelpText("after", notes)
    .action((word: string | undefined, options: CommonOptions) => {
      const action = parseAction(word);
      return withSession(invocation, options, async (session) => {
        const git = new Git(session.root, session.processes);
        if ((await git.find(["rev-parse", "--git-dir"])) === undefined) {
          throw new RefusedError("this is not a git clone");
        }
        const current = await git.ask(["config", "--local", "core.hooksPath"]);
        const { args, say } = decide(action, current ?? "");
        if (args.length > 0) await git.run(["config", ...args]);
        session.print(say);
      });
    });
}

/** Checks what is to be done. */
export function parseAction(word: string | undefined): Action {
  if (word === undefined) throw new RefusedError("which command? install or remove (--help)");
  const found = actions.find((action) => action === word);
  if (found !== undefined) return found;
  const meant = nearest(word, actions);
  throw new RefusedError(`unknown: ${word}${meant ? `; did you mean ${meant}?` : ""} (--help)`);
}

/**
 * What to tell git config, if anything, and the user.
 *
 * @param current core.hooksPath; "" when it is not set
 */
export function decide(action: Action, current: string): { args: string[]; say: string } {
  if (current !== "" && !ours.includes(current)) {
    throw new RefusedError(
      `core.hooksPath is ${current}, which is not ours; see git config core.hooksPath`,
    );
  }
  if (action === "remove") {
    return current === ""
      ? { args: [], say: "there are none" }
      : { args: ["--unset", "core.hooksPath"], say: "removed" };
  }
  return current === PATH
    ? { args: [], say: "the hooks are installed already" }
    : { args: ["core.hooksPath", PATH], say: "installed; scripts/hooks.sh remove undoes it" };
}
