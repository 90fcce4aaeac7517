import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { forget } from "./remembered.ts";
import { replaceFile } from "./replace-file.ts";
import type { Settings } from "./sampling.ts";

const schema = z.strictObject({ seconds: z.number(), passed: z.number() });
/** How a suite passed in an earlier run: how long it took, and how many tests it has. */
type Earlier = z.infer<typeof schema>;

/** What makes a suite the same again: its name, what it is told, and a number of the files that may break it. */
export interface Same {
  suite: string;
  settings: Settings;
  files: string;
}

/** What has passed so far, a file for each. The runs of a clone share them. */
export class Passed {
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  get(same: Same): Earlier | undefined {
    try {
      return schema.parse(JSON.parse(readFileSync(this.file(same), "utf8")));
    } catch {
      return undefined; // it has not run yet, or another version has written it
    }
  }

  /** Notes how a suite went: one that has failed since has not passed. */
  note(same: Same, went: Earlier | undefined): void {
    const file = this.file(same);
    if (went === undefined) {
      rmSync(file, { force: true });
      return;
    }
    replaceFile(file, `${JSON.stringify(went)}\n`);
    forget(this.directory);
  }

  private file({ suite, settings, files }: Same): string {
    const told = Object.entries(settings).sort();
    const number = createHash("sha256").update(JSON.stringify([suite, told, files]));
    return join(this.directory, `${suite}-${number.digest("hex")}.json`);
  }
}
