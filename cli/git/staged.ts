import { readEnv } from "../env/read.ts";

/** The practice identity is public on purpose; docs/secrets.md says why. */
const publicKey = ".gitsecret/practice.asc";
const privateKey =
  /^-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----\r?\n(?:[\w-]+: .*\r?\n)*\s*[\w+/=]{40,}\r?$/m;
/** Shorter values, such as "info", may stand anywhere by chance. */
const shortest = 12;

interface Known {
  /** The files that git-secret encrypts. */
  secretFiles: string[];
  /** The text of those that lie here decrypted, by name. */
  plain: Record<string, string>;
  /** What everybody knows: .env.example. */
  example: string;
}

/** Why a staged file must not be committed, a line for each reason; no line holds a secret. */
export function secretsIn(file: string, text: string, known: Known): string[] {
  if (known.secretFiles.includes(file)) {
    return [`${file} is a secret in plain text; run: git restore --staged ${file}`];
  }
  const found: string[] = [];
  if (file !== publicKey && privateKey.test(text)) found.push(`${file} holds a private key`);
  const examples = new Set(readEnv(known.example).entries.map(({ value }) => value));
  for (const [name, secrets] of Object.entries(known.plain)) {
    for (const { key, value } of readEnv(secrets).entries) {
      if (value.length < shortest || examples.has(value) || !text.includes(value)) continue;
      found.push(`${file} holds the value of ${key} from ${name}`);
    }
  }
  return found;
}
