import { createHash } from "node:crypto";
import type { Cloud } from "./cloud.ts";
import { claimsOf, OVERVIEW, previewsBase } from "./hosts.ts";
import type { Config } from "./schema.ts";

/** Characters of a slug: a DNS label holds 63, and its containers' names have more in front and behind. */
const longest = 40;

/**
 * The name of a branch's preview: a DNS label of at most 40 characters. A branch whose name is such a label
 * keeps it; any other gets what is left of it and 80 bits of a hash, so that no two of them meet, and nobody finds a
 * name by which another branch's preview could be replaced or taken down.
 */
export function slugOf(branch: string): string {
  const plain = branch
    .normalize("NFKD")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const same = plain === branch && plain.length <= longest && plain !== OVERVIEW;
  if (same && !/(^|-)[0-9a-v]{16}$/.test(plain)) return plain;
  const bits = createHash("sha256").update(branch).digest("hex").slice(0, 20);
  const hash = BigInt(`0x${bits}`).toString(32).padStart(16, "0");
  const kept = plain.slice(0, longest - hash.length - 1).replace(/-+$/, "");
  return kept === "" ? `b-${hash}` : `${kept}-${hash}`;
}

/**
 * The repository of previews' images, and of every other branch than main: whoever may push there has not pushed to
 * the one whose images stage and prod run.
 */
export function previewsRepository(repository: string): string {
  return `${repository}-previews`;
}

/** The host name of a branch's preview. */
export function previewHost(config: Config, cloud: Cloud, slug: string): string {
  return `${slug}.${previewsBase(config, cloud.domain)}`;
}

/** Why a branch cannot have a preview, in one line; undefined when it can. */
export function refusePreview(config: Config, cloud: Cloud, branch: string): string | undefined {
  if (config.previews === undefined) return "onebox.config.ts has no previews section";
  if (config.https !== undefined && !config.dns?.previews) {
    return "with https, previews need dns.previews: one certificate is for all of them (docs/https.md)";
  }
  const host = previewHost(config, cloud, slugOf(branch));
  if (host.length > 253) return `${host} would be longer than DNS allows (253)`;
  const claim = claimsOf(config, cloud.domain).find((candidate) => candidate.host === host);
  return claim && `its host ${host} is ${claim.field} of onebox.config.ts`;
}

/** A branch's name in characters that need no quotes anywhere; decodeURIComponent() gives it back. */
export function inAscii(branch: string): string {
  return encodeURIComponent(branch)
    .replace(/%2F/g, "/")
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
