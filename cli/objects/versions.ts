import type { Bucket } from "./bucket.ts";

/** A version of an object. */
export interface Version {
  key: string;
  id: string;
  /** Whether it says that the object was deleted. */
  deleted: boolean;
  /** Whether no other one is newer. */
  latest: boolean;
  made: Date;
}

/** All versions of what begins with a prefix. */
export async function listVersions(bucket: Bucket, prefix: string): Promise<Version[]> {
  const found: Version[] = [];
  let from: Record<string, string> = {};
  do {
    const { body } = await bucket.must("GET", { query: { versions: "", prefix, ...from } });
    found.push(...readVersions(body));
    from = nextPage(body);
  } while (Object.keys(from).length > 0);
  return found;
}

/** Reads a page of such a list, as S3 writes it. */
export function readVersions(xml: string): Version[] {
  return [...xml.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)].map(([, kind, inner = ""]) => {
    const id = textOf(inner, "VersionId");
    return {
      ...{ key: textOf(inner, "Key"), id, deleted: kind === "DeleteMarker" },
      latest: textOf(inner, "IsLatest") === "true",
      made: timeInUlid(id) ?? new Date(textOf(inner, "LastModified")),
    };
  });
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * When a ULID was made, which are the versions' ids of versitygw. It tells of a version that was replaced not when that
 * was made, but when it was replaced.
 */
function timeInUlid(id: string): Date | undefined {
  if (!ULID.test(id)) return undefined;
  const time = [...id.slice(0, 10)].reduce((sum, digit) => sum * 32 + digits.indexOf(digit), 0);
  return new Date(time);
}

function nextPage(xml: string): Record<string, string> {
  if (textOf(xml, "IsTruncated") !== "true") return {};
  const [key, id] = [textOf(xml, "NextKeyMarker"), textOf(xml, "NextVersionIdMarker")];
  return { "key-marker": key, ...(id !== "" && { "version-id-marker": id }) };
}

const letters: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function textOf(xml: string, tag: string): string {
  const text = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? "";
  return text.replace(/&(#x?[0-9a-fA-F]+|\w+);/g, (all, name: string) => {
    if (!name.startsWith("#")) return letters[name] ?? all;
    const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return String.fromCodePoint(code);
  });
}
