import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { ConfigError } from "../../config/check.ts";
import type { Config } from "../../config/schema.ts";
import { SecretsError } from "./error.ts";
import type { SecretStore } from "./store.ts";
import { problemsIn } from "./validate.ts";

/** Opens a file's decrypted text in the user's editor, and takes over what comes back. */
export async function edit(
  name: string,
  store: SecretStore,
  config: Config,
  directory: string,
): Promise<string> {
  if (existsSync(store.path(name))) {
    throw new SecretsError(
      `${name} lies here in plain text; take it over with scripts/secrets.sh hide, or remove it`,
    );
  }
  const before = store.has(name) ? await store.decrypt(name) : Buffer.alloc(0);
  const file = join(directory, basename(name));
  writeFileSync(file, before, { mode: 0o600 });
  for (;;) {
    await runEditor(file);
    const after = readFileSync(file);
    if (after.equals(before)) return `${name} is as before`;
    const problems = problemsIn(name, after, config);
    if (problems.length > 0) {
      if (await again(problems)) continue;
      keep(store.path(name), after);
      throw new ConfigError([...problems, kept(name)]);
    }
    try {
      await store.replace([{ name, plain: after }]);
    } catch (error) {
      keep(store.path(name), after);
      throw error instanceof SecretsError
        ? new SecretsError(`${error.message}\n${kept(name)}`)
        : error;
    }
    return `${name}.gpg holds the change now; next: git add .gitsecret ${name}.gpg && git commit`;
  }
}

/** An edit is work: one that cannot be taken over stays, where git ignores it. */
function keep(path: string, text: Uint8Array): void {
  writeFileSync(path, text, { mode: 0o600 });
}

function kept(name: string): string {
  return `nothing was changed; your text is in ${name}: mend it there and run scripts/secrets.sh hide, or remove it`;
}

async function runEditor(file: string): Promise<void> {
  const editor = process.env.VISUAL || process.env.EDITOR || "vi";
  const ignore = () => {}; // Ctrl-C belongs to the editor meanwhile
  process.on("SIGINT", ignore);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      // As git does it: the variable may hold arguments.
      const child = spawn("sh", ["-c", `${editor} "$@"`, editor, file], { stdio: "inherit" });
      child.on("error", reject);
      child.on("close", resolve);
    });
    if (code !== 0) {
      throw new SecretsError(
        `the editor "${editor}" ended with exit code ${code}; nothing was changed (EDITOR names another one)`,
      );
    }
  } finally {
    process.off("SIGINT", ignore);
  }
}

/** Shows what is wrong and asks whether to edit again; never, where nobody can answer. */
async function again(problems: string[]): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  for (const problem of problems) console.error(problem);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on("SIGINT", () => process.exit(130));
  const answer = await new Promise<string>((resolve) => {
    terminal.once("close", () => resolve("q"));
    terminal.question("Enter opens the editor again, q gives up: ", resolve);
  });
  terminal.close();
  return answer.trim().toLowerCase() !== "q";
}
