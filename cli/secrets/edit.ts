import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ConfigError } from "../../config/check.ts";
import type { Config } from "../../config/schema.ts";
import { ask } from "../ask.ts";
import type { Session } from "../session.ts";
import { SecretsError } from "./error.ts";
import type { SecretStore } from "./store.ts";
import { problemsIn } from "./validate.ts";

/** Opens a file's decrypted text in the user's editor, and takes over what comes back. */
export async function edit(
  session: Session,
  name: string,
  store: SecretStore,
  config: Config,
): Promise<string> {
  if (existsSync(store.path(name))) {
    throw new SecretsError(
      `${name} lies here in plain text; take it over with scripts/secrets.sh hide, or remove it`,
    );
  }
  const before = store.has(name) ? await store.decrypt(name) : Buffer.alloc(0);
  const file = join(session.secrets, basename(name));
  writeFileSync(file, before, { mode: 0o600 });
  for (;;) {
    await runEditor(session, file);
    if (!existsSync(file))
      throw new SecretsError("the editor has removed its file; nothing was changed");
    const after = readFileSync(file);
    if (after.equals(before)) return `${name} is as before`;
    const problems = problemsIn(name, after, config);
    if (problems.length > 0) {
      if (await again(session, problems)) continue;
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
    return `${name}.gpg holds the change now; next: git add '.gitsecret*' ${name}.gpg && git commit`;
  }
}

/** An edit is work: one that cannot be taken over stays, where git ignores it. */
function keep(path: string, text: Uint8Array): void {
  writeFileSync(path, text, { mode: 0o600 });
}

function kept(name: string): string {
  return `nothing was changed; your text is in ${name}: mend it there and run scripts/secrets.sh hide, or remove it`;
}

async function runEditor(session: Session, file: string): Promise<void> {
  const { VISUAL, EDITOR, LC_ALL } = session.invocation.environment;
  const editor = VISUAL || EDITOR || "vi";
  // As git does it: the variable may hold arguments.
  const args = ["-c", `${editor} "$@"`, editor, file];
  const code = await session.lendTerminal(() =>
    session.processes.attach("sh", args, { env: { LC_ALL } }),
  );
  if (code !== 0) {
    throw new SecretsError(
      `the editor "${editor}" ended with exit code ${code}; nothing was changed (EDITOR names another one)`,
    );
  }
}

/** Shows what is wrong and asks whether to edit again; never, where nobody can answer. */
async function again(session: Session, problems: string[]): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  for (const problem of problems) session.say(problem);
  const question = "Enter opens the editor again, q gives up: ";
  const answer = await ask(question, session.invocation.stderr);
  return answer !== undefined && answer.trim().toLowerCase() !== "q";
}
