import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { removePath } from "../remove.ts";
import { SecretsError } from "./error.ts";
import { gpg } from "./gpg.ts";
import { readMapping, renderMapping } from "./mapping.ts";
import { type Recipient, recipientsIn } from "./recipients.ts";

/** git-secret's own directory; those of files with readers of their own have the file's last word behind it. */
const MAIN = ".gitsecret";
const apart = [".env.stage", ".env.prod", ".env.preview"];

/** Files of git-secret's, and the keyring of those who read them: what git-secret finds by SECRETS_DIR. */
export class SecretSet {
  readonly root: string;
  /** Its directory, such as ".gitsecret". */
  readonly name: string;

  constructor(root: string, name: string) {
    this.root = root;
    this.name = name;
  }

  /** gpg's options for the keyring with everybody's public half. */
  get keyring(): string[] {
    return ["--homedir", this.path("keys"), "--no-permission-warning", "--quiet"];
  }

  get isThere(): boolean {
    return existsSync(this.path("paths/mapping.cfg"));
  }

  /** All for whom its files are encrypted, whether their keys can still be used or not. */
  async recipients(): Promise<Recipient[]> {
    const run = await gpg([...this.keyring, "--batch", "--list-keys", "--with-colons"]);
    return recipientsIn(run.output.toString());
  }

  /** Its files with the hashes by which git-secret knows one that has not changed; "" where there is none. */
  files(): Map<string, string> {
    return readMapping(readFileSync(this.path("paths/mapping.cfg"), "utf8"));
  }

  /** Writes down what its files are. */
  write(files: Map<string, string>): void {
    const file = this.path("paths/mapping.cfg");
    mkdirSync(this.path("paths"), { recursive: true });
    writeFileSync(`${file}.new`, renderMapping(files));
    renameSync(`${file}.new`, file);
  }

  path(name: string): string {
    return join(this.root, this.name, name);
  }
}

/** By which git-secret knows a text again. */
export const hashOf = (plain: Uint8Array): string =>
  createHash("sha256").update(plain).digest("hex");

/** The sets of a clone: one, and one more for each file that has readers of its own. */
export function setsIn(root: string): SecretSet[] {
  const main = new SecretSet(root, MAIN);
  if (!main.isThere) throw new SecretsError("this clone has no secrets (.gitsecret is missing)");
  return [main, ...apart.map((file) => ownSet(root, file)).filter(({ isThere }) => isThere)];
}

/** The set that a file belongs to; one that is in none yet goes where its readers shall be. */
export function setOf(root: string, file: string): SecretSet {
  const sets = setsIn(root);
  const [found, other] = sets.filter((set) => set.files().has(file));
  if (found !== undefined && other !== undefined) {
    const both = `${found.name} and ${other.name}`;
    throw new SecretsError(
      `${file} stands in the paths/mapping.cfg of both ${both}: take it out of one`,
    );
  }
  const own = apart.includes(file) ? ownSet(root, file) : undefined;
  return found ?? (own?.isThere ? own : undefined) ?? new SecretSet(root, MAIN);
}

/** Everybody who shall read something. */
export async function recipientsOf(sets: SecretSet[]): Promise<Recipient[]> {
  const all: Recipient[] = [];
  for (const set of sets) all.push(...(await set.recipients()));
  return all;
}

/** The sets that hold these files and no others: files that shall have other readers get a set of their own. */
export async function setsOf(root: string, files: string[]): Promise<SecretSet[]> {
  for (const set of setsIn(root)) {
    const names = [...set.files().keys()];
    const first = files.includes(names[0] ?? "");
    for (const name of names) if (files.includes(name) !== first) await setApart(root, name);
  }
  return setsIn(root).filter((set) => [...set.files().keys()].some((name) => files.includes(name)));
}

async function setApart(root: string, file: string): Promise<void> {
  const from = setOf(root, file);
  const own = ownSet(root, file);
  if (!apart.includes(file)) {
    throw new SecretsError(`only ${apart.join(", ")} can have other readers, and not ${file}`);
  }
  const files = from.files();
  const readers = await gpg([...from.keyring, "--batch", "--export"]);
  mkdirSync(own.path("keys"), { recursive: true, mode: 0o700 });
  const { code, errors } = await gpg([...own.keyring, "--batch", "--import"], readers.output);
  if (code !== 0) throw new SecretsError(`gpg could not make ${own.name}/keys: ${errors.trim()}`);
  own.write(new Map([[file, files.get(file) ?? ""]]));
  files.delete(file);
  from.write(files);
}

const ownSet = (root: string, file: string): SecretSet =>
  new SecretSet(root, `${MAIN}-${file.slice(file.lastIndexOf(".") + 1)}`);

/** Remembers who shall read what; returns what makes it so again. */
export function rememberSets(root: string): () => void {
  const known = setsIn(root);
  const before = new Map<string, Buffer>();
  for (const set of known) {
    for (const part of ["keys", "paths"]) {
      for (const entry of readdirSync(set.path(part), { withFileTypes: true })) {
        const path = set.path(join(part, entry.name));
        if (entry.isFile()) before.set(path, readFileSync(path));
      }
    }
  }
  return () => {
    for (const { name } of setsIn(root)) {
      if (!known.some((set) => set.name === name)) removePath(join(root, name));
    }
    for (const [path, content] of before) writeFileSync(path, content);
  };
}
