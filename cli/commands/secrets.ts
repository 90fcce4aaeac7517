import type { Command } from "commander";
import { ConfigError } from "../../config/check.ts";
import { nearest } from "../../config/nearest.ts";
import { ExitError, ProblemsError, RefusedError } from "../errors.ts";
import { loadProject } from "../project.ts";
import { edit } from "../secrets/edit.ts";
import { SecretsError } from "../secrets/error.ts";
import { hide } from "../secrets/hide.ts";
import { check, show } from "../secrets/look.ts";
import { practiceKeyring } from "../secrets/private-directory.ts";
import { SecretStore } from "../secrets/store.ts";
import { envFiles } from "../secrets/validate.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";

const actions = ["edit", "hide", "show", "check"] as const;
export type Action = (typeof actions)[number];

interface Options extends CommonOptions {
  all?: boolean;
  values?: boolean;
}

const notes = `
  edit FILE    opens it in $EDITOR, and encrypts what comes back
  hide         encrypts what lies here in plain text, and removes that
  show         prints the names in the files
  check        says what is wrong with which file and line
  FILE         .env, or stage, prod or preview for .env.stage and so on

Nothing is replaced or removed before what was encrypted has been opened again and is the same.
Exit codes: 0 done; 2 something is wrong, and nothing was changed (docs/secrets.md).`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("edit FILE | hide [--all] | show [FILE...] [--values] | check")
    .argument("[action]", actions.join(", "))
    .argument("[FILE...]", ".env, stage, prod or preview")
    .option("--all", "with hide: encrypt the other files anew too, for the members as they are now")
    .option("--values", "with show: print the values too")
    .addHelpText("after", notes)
    .action((word: string | undefined, files: string[], options: Options) => {
      const action = parseAction(word, files, options);
      return withSession(invocation, options, (session) =>
        refusing(() => work(session, action, files, options)),
      );
    });
}

/** Checks what is to be done. */
export function parseAction(
  word: string | undefined,
  files: string[],
  { all, values }: Pick<Options, "all" | "values">,
): Action {
  const see = "; see scripts/secrets.sh --help";
  if (word === undefined) {
    throw new RefusedError(`say what to do: edit, hide, show or check${see}`);
  }
  const action = actions.find((known) => known === word);
  if (action === undefined) {
    const meant = nearest(word, actions);
    const hint = meant ? `; did you mean ${meant}?` : ": it is edit, hide, show or check";
    throw new RefusedError(`unknown action "${word}"${hint}${see}`);
  }
  if (action === "edit" && files.length !== 1) {
    throw new RefusedError(`name one file: edit stage${see}`);
  }
  if (["hide", "check"].includes(action) && files.length > 0) {
    throw new RefusedError(`${action} takes no file: it is about all of them${see}`);
  }
  if (values && action !== "show") throw new RefusedError(`--values belongs to show${see}`);
  if (all && action !== "hide") throw new RefusedError(`--all belongs to hide${see}`);
  return action;
}

/** A file by its name, or by its environment's. */
export function nameOf(word: string, known: string[]): string {
  const names = [...new Set([...known, ...envFiles])];
  for (const name of [word, `.env.${word}`]) if (names.includes(name)) return name;
  const meant = nearest(word, [...names, "stage", "prod", "preview"]);
  const hint = meant ? `; did you mean ${meant}?` : `: there is ${names.join(", ")}`;
  throw new RefusedError(`there is no file "${word}"${hint}; see scripts/secrets.sh --help`);
}

async function work(
  session: Session,
  action: Action,
  files: string[],
  { all = false, values = false }: Options,
): Promise<void> {
  const { root, secrets: directory, invocation } = session;
  const store = new SecretStore(root, await practiceKeyring(root, directory));
  const names = files.map((file) => nameOf(file, store.names()));
  if (action === "show") {
    const text = await show(names.length > 0 ? names : store.names(), store, values);
    invocation.stdout.write(invocation.stdout.isTTY ? printable(text) : text);
    return;
  }
  const { config } = await loadProject(root, session.configFile);
  if (action === "edit") session.print(await edit(session, names[0] ?? "", store, config));
  else if (action === "hide") {
    session.print(await hide(store, config, all ? store.names() : [], (line) => session.say(line)));
  } else {
    const findings = await check(store, config);
    for (const { name, keys, problems } of findings) {
      session.print(problems.length === 0 ? `✓ ${name.padEnd(12)} ${keys} keys` : `✗ ${name}`);
      for (const problem of problems) session.print(`    ${problem}`);
    }
    if (findings.some(({ problems }) => problems.length > 0)) throw new ExitError(2);
  }
}

/** What a terminal gets holds nothing that steers it; a file or a pipe gets the text as it is. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, "\ufffd");
}

/** What is wrong with the secrets ends the command; nothing was changed. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) throw new ProblemsError(error.problems);
    if (error instanceof SecretsError) throw new RefusedError(error.message, { cause: error });
    throw error;
  }
}
