import { createHmac } from "node:crypto";

/** A release's files, by name; what a file holds is what arrives on the VM. */
export type Files = Record<string, string>;

/**
 * A number of all files, by which the VM knows whether two directories hold the same release. Salted: among the
 * files are secrets.
 *
 * @returns 64 hexadecimal digits
 */
export function identityOf(files: Files, salt: string): string {
  const hash = createHmac("sha256", salt);
  for (const name of Object.keys(files).sort()) {
    const content = Buffer.from(files[name] ?? "");
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** A release's name: 12 digits of its image's digest, 4 of its files' identity. */
export function nameOf(image: string, identity: string): string {
  const digest = image.replace(/^.*sha256:/, "");
  return `${digest.slice(0, 12)}-${identity.slice(0, 4)}`;
}
