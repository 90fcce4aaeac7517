import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Git } from "../git/git.ts";
import { gpg } from "../secrets/gpg.ts";
import { type Recipient, recipientsIn } from "../secrets/recipients.ts";
import type { SecretStore } from "../secrets/store.ts";

/** Somebody for whom secrets are encrypted, or were. */
export interface Member extends Recipient {
  /** Whether files are encrypted for them from now on. */
  told: boolean;
  /** The files that open with their key, as they are now. */
  files: string[];
  /** The day of the commit that let them in; empty: it is not in the history. */
  since: string;
}

const KEYRING = ".gitsecret/keys/pubring.kbx";

/** All who can read something, by the files themselves and not only by the list of those who shall. */
export async function listMembers(
  store: SecretStore,
  git: Git,
  scratch: string,
): Promise<Member[]> {
  const keyring = join(store.root, ".gitsecret/keys");
  const told = await keysIn(["--homedir", keyring, "--no-permission-warning"]);
  const since = await history(git, scratch);
  const openers: Record<string, string[]> = {};
  for (const name of store.names()) {
    if (store.has(name)) openers[name] = await openersOf(readFileSync(store.path(`${name}.gpg`)));
  }
  return membersOf(told, since, openers);
}

/**
 * Everybody who is in the keyring or can open a file.
 *
 * @param since the day on which each fingerprint came into the keyring
 * @param openers by a file's name, the ids of the keys that open it
 */
export function membersOf(
  told: Key[],
  since: Map<string, string>,
  openers: Record<string, string[]>,
): Member[] {
  const members = told.map(
    ({ recipient }): Member => ({
      ...{ ...recipient, told: true, files: [] },
      since: since.get(recipient.fingerprint) ?? "",
    }),
  );
  for (const [file, ids] of Object.entries(openers)) {
    for (const id of ids) {
      const at = told.findIndex((key) => key.ids.includes(id));
      const known = members[at] ?? members.find(({ fingerprint }) => fingerprint === id);
      if (known !== undefined) known.files.push(file);
      else
        members.push({ fingerprint: id, name: "", why: "", told: false, files: [file], since: "" });
    }
  }
  return members;
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

/** The day on which each fingerprint first stood in the keyring, in this branch's history. */
async function history(git: Git, scratch: string): Promise<Map<string, string>> {
  const days = new Map<string, string>();
  const log = await git.find(["log", "--reverse", "--format=%H %cs", "--", KEYRING]);
  const work = mkdtempSync(join(scratch, "keyring."));
  try {
    for (const line of (log ?? "").split("\n").filter(Boolean)) {
      const [commit = "", day = ""] = line.split(" ");
      const blob = blobOf(git.root, `${commit}:${KEYRING}`);
      if (blob === undefined) continue; // it was taken away there
      const file = join(work, "pubring.kbx");
      writeFileSync(file, blob);
      const keys = await keysIn(["--homedir", work, "--no-permission-warning"]);
      for (const { recipient } of keys) {
        if (!days.has(recipient.fingerprint)) days.set(recipient.fingerprint, day);
      }
    }
    return days;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A file of git's as it is: Git reads text. */
function blobOf(root: string, name: string): Buffer | undefined {
  const { status, stdout } = spawnSync("git", ["-C", root, "cat-file", "blob", name]);
  return status === 0 ? stdout : undefined;
}
