import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FailedError } from "../errors.ts";

const FILE = "toolchain/checksums";

/** What each download may be, by its name: a name may have several, such as one for each platform. */
function checksums(root: string): { sum: string; name: string }[] {
  return readFileSync(join(root, FILE), "utf8")
    .split("\n")
    .map((line) => /^([0-9a-f]{64}) {2}(\S+)$/.exec(line))
    .flatMap((found) => (found ? [{ sum: found[1] ?? "", name: found[2] ?? "" }] : []));
}

/** Whether the repository lists checksums of anything whose name begins so. */
export function isListed(root: string, start: string): boolean {
  return checksums(root).some(({ name }) => name.startsWith(start));
}

/**
 * Compares a file with the repository's checksums.
 *
 * @param name by which the list knows the file
 */
export function checkSum(root: string, file: string, name: string): void {
  const listed = checksums(root).filter((each) => each.name === name);
  if (listed.length === 0) throw new FailedError(`${FILE} does not list ${name}; add its checksum`);
  const found = createHash("sha256").update(readFileSync(file)).digest("hex");
  if (listed.some(({ sum }) => sum === found)) return;
  throw new FailedError(`${name}: the checksum is ${found}, which ${FILE} does not list for it`);
}
