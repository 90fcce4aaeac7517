import { RefusedError } from "../errors.ts";

/** As Semantic Versioning has it; what has more digits than JavaScript counts could not be counted on from. */
const form = /^v(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/;

/** The highest version among tags; undefined when there is none. */
export function latestVersion(tags: string[]): string | undefined {
  return tags
    .filter((tag) => form.test(tag))
    .sort((a, b) => compare(a, b))
    .at(-1);
}

/**
 * The version after the latest one, or the one that is named.
 *
 * @param wish "major", "minor", "patch", or a version such as "1.4.0" or "v1.4.0"
 * @throws RefusedError when it is neither, exists, or goes back
 */
export function nextVersion(tags: string[], wish: string): string {
  const latest = latestVersion(tags);
  const [major = 0, minor = 0, patch = 0] = numbers(latest ?? "v0.0.0");
  if (wish === "major") return `v${major + 1}.0.0`;
  if (wish === "minor") return `v${major}.${minor + 1}.0`;
  if (wish === "patch") return `v${major}.${minor}.${patch + 1}`;
  const named = wish.startsWith("v") ? wish : `v${wish}`;
  if (!form.test(named))
    throw new RefusedError(`"${wish}" is neither major, minor, patch nor a version such as 1.4.0`);
  if (latest !== undefined && compare(named, latest) <= 0) {
    throw new RefusedError(`${named} does not come after ${latest}, the latest version`);
  }
  return named;
}

const numbers = (version: string) => (form.exec(version)?.slice(1) ?? []).map(Number);

function compare(a: string, b: string): number {
  const other = numbers(b);
  const difference = numbers(a).map((part, index) => part - (other[index] ?? 0));
  return difference.find((part) => part !== 0) ?? 0;
}
