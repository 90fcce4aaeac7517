import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "./replace-file.ts";

const times = z.record(
  z.string(),
  z.strictObject({ seconds: z.number(), when: z.string(), passed: z.boolean() }),
);
/** How long each suite took when it was last run here. */
export type Times = z.infer<typeof times>;

/** Where a clone keeps them. */
export const timesIn = (root: string): string => join(root, ".onebox/tests/times.json");

/** Reads them; none where nothing has run yet, or another version of this has written them. */
export function readTimes(file: string): Times {
  try {
    return times.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}

export function writeTimes(file: string, all: Times): void {
  replaceFile(file, `${JSON.stringify(all, undefined, 2)}\n`);
}
