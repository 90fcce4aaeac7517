/**
 * Usage: node cli/commands/secrets.ts edit|hide|show|check …    (scripts/secrets.sh says what each does)
 */
import { parseArgs } from "node:util";
import { ConfigError } from "../../config/check.ts";
import { loadConfig, root } from "../../config/load.ts";
import { nearest } from "../env/nearest.ts";
import { edit } from "../secrets/edit.ts";
import { SecretsError } from "../secrets/error.ts";
import { hide } from "../secrets/hide.ts";
import { check, show } from "../secrets/look.ts";
import {
  makePrivateDirectory,
  practiceKeyring,
  removePrivateDirectory,
} from "../secrets/private-directory.ts";
import { SecretStore } from "../secrets/store.ts";
import { envFiles } from "../secrets/validate.ts";

const actions = ["edit", "hide", "show", "check"];

class UsageError extends Error {}

/** Does one action and returns the exit code. */
async function secrets(args: string[], directory: string): Promise<number> {
  const { action, files, values, all } = parse(args);
  const store = new SecretStore(root, await practiceKeyring(root, directory));
  const names = files.map((file) => nameOf(file, store.names()));
  if (action === "show") {
    process.stdout.write(
      printable(await show(names.length > 0 ? names : store.names(), store, values)),
    );
    return 0;
  }
  const config = await loadConfig();
  if (action === "edit") {
    const [name = ""] = names;
    console.log(await edit(name, store, config, directory));
    return 0;
  }
  if (action === "hide") {
    console.log(await hide(store, config, all));
    return 0;
  }
  const findings = await check(store, config);
  for (const { name, keys, problems } of findings) {
    console.log(problems.length === 0 ? `✓ ${name.padEnd(12)} ${keys} keys` : `✗ ${name}`);
    for (const problem of problems) console.log(`    ${problem}`);
  }
  return findings.some(({ problems }) => problems.length > 0) ? 2 : 0;
}

function parse(args: string[]) {
  const { values, positionals } = parseArgs({
    ...{ args, allowPositionals: true, strict: true },
    options: { values: { type: "boolean" }, all: { type: "boolean" } },
  });
  const [action = "", ...files] = positionals;
  if (!actions.includes(action)) {
    const meant = nearest(action, actions);
    throw new UsageError(
      action === ""
        ? "say what to do: edit, hide, show or check"
        : `unknown action "${action}"${meant ? `; did you mean ${meant}?` : ": it is edit, hide, show or check"}`,
    );
  }
  if (action === "edit" && files.length !== 1) throw new UsageError("name one file: edit stage");
  if (["hide", "check"].includes(action) && files.length > 0) {
    throw new UsageError(`${action} takes no file: it is about all of them`);
  }
  if (values.values && action !== "show") throw new UsageError("--values belongs to show");
  if (values.all && action !== "hide") throw new UsageError("--all belongs to hide");
  return { action, files, values: values.values ?? false, all: values.all ?? false };
}

/** A file by its name, or by its environment's. */
function nameOf(word: string, known: string[]): string {
  const names = [...new Set([...known, ...envFiles])];
  for (const name of [word, `.env.${word}`]) if (names.includes(name)) return name;
  const meant = nearest(word, [...names, "stage", "prod", "preview"]);
  throw new UsageError(
    `there is no file "${word}"${meant ? `; did you mean ${meant}?` : `: there is ${names.join(", ")}`}`,
  );
}

/** What a terminal gets holds nothing that steers it; a file or a pipe gets the text as it is. */
function printable(text: string): string {
  return process.stdout.isTTY ? text.replace(/[^\P{Cc}\n\t]/gu, "\ufffd") : text;
}

async function main(): Promise<number> {
  const directory = makePrivateDirectory();
  process.on("exit", () => removePrivateDirectory(directory));
  process.stdout.on("error", () => process.exit(1)); // whoever read it has gone
  process.on("SIGINT", () => {
    if (process.listenerCount("SIGINT") === 1) process.exit(130); // an editor has its own use for Ctrl-C
  });
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(143));
  try {
    return await secrets(process.argv.slice(2), directory);
  } catch (error) {
    for (const problem of problemsOf(error)) console.error(problem);
    return 2;
  }
}

function problemsOf(error: unknown): string[] {
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof SecretsError) return [`secrets.sh: ${error.message}`];
  if (error instanceof UsageError || isUnknownOption(error)) {
    return [`secrets.sh: ${error.message.split("\n")[0]}; see scripts/secrets.sh --help`];
  }
  throw error;
}

function isUnknownOption(error: unknown): error is Error {
  return (
    error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")
  );
}

process.exitCode = await main();
