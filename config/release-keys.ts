import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "./check.ts";
import { readPlain } from "./plain-file.ts";

/** What a key may be for: releases of an environment, previews, or signing what may be released. */
export const keyUses = ["stage", "prod", "preview", "signer"] as const;
export type KeyUse = (typeof keyUses)[number];

/** A line of the file config/release-keys. */
export interface ReleaseKey {
  name: string;
  uses: KeyUse[];
  /** OpenSSH's, without a comment. */
  publicKey: string;
}

/** The file: public halves only. */
export const RELEASE_KEYS = "config/release-keys";

const line = /^([A-Za-z0-9@._+-]{1,100}) ([a-z,]+) (ssh-ed25519 [A-Za-z0-9+/]{68})$/;

/**
 * Reads who may release without being root.
 *
 * @throws ConfigError naming each line that is none
 */
export function readReleaseKeys(root: string): ReleaseKey[] {
  const file = join(root, RELEASE_KEYS);
  return existsSync(file) ? parseReleaseKeys(readPlain(file).toString()) : [];
}

/** Reads the file's text. */
export function parseReleaseKeys(text: string): ReleaseKey[] {
  const problems: string[] = [];
  const keys = text.split("\n").flatMap((raw, index) => {
    if (/^\s*(#|$)/.test(raw)) return [];
    const [, name = "", list = "", publicKey = ""] = line.exec(raw.trim()) ?? [];
    const uses = list.split(",").flatMap((use) => keyUses.filter((known) => known === use));
    if (publicKey !== "" && uses.length === list.split(",").length)
      return [{ name, uses, publicKey }];
    problems.push(
      `${RELEASE_KEYS}, line ${index + 1}: write NAME, what it is for (${keyUses.join(", ")}; with commas), ssh-ed25519 and the key`,
    );
    return [];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return keys;
}

/** What the VM gets, by the file's name there: sshd's lines for each scope, and the signers as ssh-keygen wants them. */
export function keyFiles(keys: ReleaseKey[]): Record<string, string> {
  const linesOf = (use: KeyUse) => {
    const before = use === "signer" ? 'onebox namespaces="onebox-image"' : "restrict";
    return keys
      .filter(({ uses }) => uses.includes(use))
      .map(({ name, publicKey }) => `${before} ${publicKey} ${name}\n`)
      .join("");
  };
  const files = keyUses.map((use) => [use === "signer" ? "signers" : use, linesOf(use)] as const);
  return Object.fromEntries(files.filter(([, text]) => text !== ""));
}
