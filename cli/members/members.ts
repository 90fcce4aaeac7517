import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Git } from "../git/git.ts";
import { removePath } from "../remove.ts";
import { gpg } from "../secrets/gpg.ts";
import { type Recipient, recipientsIn } from "../secrets/recipients.ts";
import { type SecretSet, setsIn } from "../secrets/sets.ts";
import type { SecretStore } from "../secrets/store.ts";

/** Somebody for whom secrets are encrypted, or were. */
export interface Member extends Recipient {
  /** The files that are encrypted for them from now on. */
  shall: string[];
  /** The files that open with their key, as they are now. */
  files: string[];
  /** The day of the commit that let them in; empty: it is not in the history. */
  since: string;
}

/** All who can read something, by the files themselves and not only by the list of those who shall. */
export async function listMembers(
  store: SecretStore,
  git: Git,
  scratch: string,
): Promise<Member[]> {
  const sets = setsIn(store.root);
  const told: Told[] = [];
  for (const set of sets) {
    for (const key of await keysIn(set.keyring)) told.push({ key, files: [...set.files().keys()] });
  }
  const since = await history(git, sets, scratch);
  const openers: Record<string, string[]> = {};
  for (const name of store.names()) {
    if (store.has(name)) openers[name] = await openersOf(readFileSync(store.path(`${name}.gpg`)));
  }
  return membersOf(told, since, openers);
}

/** A key of a keyring, and the files that are encrypted for those in it. */
export interface Told {
  key: Key;
  files: string[];
}

/**
 * Everybody who is in a keyring or can open a file.
 *
 * @param since the day on which each fingerprint came into a keyring
 * @param openers by a file's name, the ids of the keys that open it
 */
export function membersOf(
  told: Told[],
  since: Map<string, string>,
  openers: Record<string, string[]>,
): Member[] {
  const members: (Member & { ids: string[] })[] = [];
  for (const { key, files } of told) {
    const { recipient, ids } = key;
    const known = members.find(({ fingerprint }) => fingerprint === recipient.fingerprint);
    if (known !== undefined) known.shall.push(...files);
    else {
      const day = since.get(recipient.fingerprint) ?? "";
      members.push({ ...recipient, ids, shall: [...files], files: [], since: day });
    }
  }
  for (const [file, ids] of Object.entries(openers)) {
    for (const id of ids) {
      const known = members.find((member) => member.ids.includes(id));
      if (known !== undefined) known.files.push(file);
      else
        members.push({
          ...{ fingerprint: id, name: "", why: "", ids: [id] },
          ...{ shall: [], files: [file], since: "" },
        });
    }
  }
  return members.map(({ ids, ...member }) => member);
}

/** A key of the keyring. */
export interface Key {
  recipient: Recipient;
  /** Ids of the key and of its parts, by which a file names whom it is for. */
  ids: string[];
}

async function keysIn(where: string[]): Promise<Key[]> {
  const run = await gpg([...where, "--batch", "--list-keys", "--with-colons"]);
  return readKeys(run.output.toString());
}

/** Reads what `gpg --list-keys --with-colons` prints. */
export function readKeys(colons: string): Key[] {
  const blocks = colons.split(/^(?=pub:)/m);
  return blocks.flatMap((block) => {
    const [recipient] = recipientsIn(block);
    if (recipient === undefined) return [];
    const lines = block.split("\n").map((line) => line.split(":"));
    const ids = lines
      .filter(([kind]) => kind === "pub" || kind === "sub")
      .map(([, , , , id]) => id);
    return [{ recipient, ids: ids.filter((id) => id !== undefined) }];
  });
}

/** Ids of the keys that open a file; nothing is decrypted for that. */
async function openersOf(sealed: Uint8Array): Promise<string[]> {
  const { status } = await gpg(["--batch", "--list-only", "--decrypt"], sealed);
  return status.flatMap((line) => /^ENC_TO ([0-9A-F]{16}) /.exec(line)?.[1] ?? []);
}

/** The day on which each fingerprint first stood in a keyring, in this branch's history. */
async function history(git: Git, sets: SecretSet[], scratch: string): Promise<Map<string, string>> {
  const days = new Map<string, string>();
  const work = mkdtempSync(join(scratch, "keyring."));
  try {
    for (const { name } of sets) {
      const keyring = `${name}/keys/pubring.kbx`;
      const log = await git.find(["log", "--reverse", "--format=%H %cs", "--", keyring]);
      for (const line of (log ?? "").split("\n").filter(Boolean)) {
        const [commit = "", day = ""] = line.split(" ");
        const blob = blobOf(git.root, `${commit}:${keyring}`);
        if (blob === undefined) continue; // it was taken away there
        writeFileSync(join(work, "pubring.kbx"), blob);
        const keys = await keysIn(["--homedir", work, "--no-permission-warning"]);
        for (const { recipient } of keys) {
          const known = days.get(recipient.fingerprint);
          if (known === undefined || day < known) days.set(recipient.fingerprint, day);
        }
      }
    }
    return days;
  } finally {
    removePath(work);
  }
}

/** A file of git's as it is: Git reads text. */
function blobOf(root: string, name: string): Buffer | undefined {
  const { status, stdout } = spawnSync("git", ["-C", root, "cat-file", "blob", name]);
  return status === 0 ? stdout : undefined;
}
