import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A version that toolchain/versions.env pins, such as REGISTRY_IMAGE. */
export function pinOf(root: string, name: string): string {
  const text = readFileSync(join(root, "toolchain/versions.env"), "utf8");
  const found = new RegExp(`^${name}=([^ #\n]+)`, "m").exec(text)?.[1];
  if (found === undefined) throw new Error(`toolchain/versions.env pins no ${name}`);
  return found;
}
