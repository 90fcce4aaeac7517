import { readFileSync, statSync } from "node:fs";
import type { Config } from "../../config/schema.ts";
import { SecretsError } from "./error.ts";
import type { SecretStore } from "./store.ts";
import { envFiles, namesIn, problemsIn } from "./validate.ts";

/** The names that files hold, a line for each; or, with `values`, their text. */
export async function show(names: string[], store: SecretStore, values: boolean): Promise<string> {
  const texts: string[] = [];
  for (const name of names) {
    const plain = await store.decrypt(name);
    const text = values
      ? plain.toString()
      : namesIn(plain)
          .map((key) => `${key}\n`)
          .join("");
    texts.push(names.length > 1 ? `# ${name}\n${text}` : text);
  }
  return texts.join("\n");
}

/** What is wrong with each file, if anything. */
export interface Finding {
  name: string;
  /** How many keys it holds. */
  keys: number;
  problems: string[];
}

/** Looks at every file as a deploy does, at all of them whatever is wrong with some. */
export async function check(store: SecretStore, config: Config): Promise<Finding[]> {
  const needed = envFiles.filter((name) => name !== ".env.preview");
  const findings: Finding[] = [];
  for (const name of new Set([...needed, ...store.names()])) {
    try {
      const plain = await store.decrypt(name);
      const problems = [...problemsIn(name, plain, config), ...besides(name, plain, store)];
      findings.push({ name, keys: namesIn(plain).length, problems });
    } catch (error) {
      if (!(error instanceof SecretsError)) throw error;
      findings.push({ name, keys: 0, problems: [error.message] });
    }
  }
  return findings;
}

/** What lies beside an encrypted file and is not used. */
function besides(name: string, plain: Buffer, store: SecretStore): string[] {
  const path = store.path(name);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return []; // a pipe would be waited for
  if (readFileSync(path).equals(plain)) return [];
  return [
    `${name} in plain text differs from ${name}.gpg, which is what gets used; scripts/secrets.sh hide takes it over`,
  ];
}
