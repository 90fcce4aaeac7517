import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { forget } from "./remembered.ts";
import { replaceFile } from "./replace-file.ts";
import type { Settings } from "./sampling.ts";

const earlier = z.strictObject({
  settings: z.record(z.string(), z.string()),
  seconds: z.number(),
  passed: z.number(),
});
const schema = z.strictObject({
  seconds: z.number(),
  runs: z.number(),
  suites: z.record(z.string(), earlier),
});
type Kept = z.infer<typeof schema>;
/** A suite that passed in an earlier run: what it was told, how long it took, and how many tests it has. */
type Earlier = z.infer<typeof earlier>;

/** What has passed so far with the same files, tier and seed. The runs of a clone keep it, for each of these apart. */
export class Passed {
  private readonly directory: string;
  private readonly file: string;

  /** @param of names what is the same; letters, digits and hyphens */
  constructor(directory: string, of: string) {
    this.directory = directory;
    this.file = join(directory, `${of}.json`);
  }

  /** For how long the runs before this one have been at work (s), and how many they were. */
  get before(): { seconds: number; runs: number } {
    const { seconds, runs } = this.kept();
    return { seconds, runs };
  }

  /** A suite that has passed with the same settings: what is set by hand makes it another one. */
  get(name: string, settings: Settings): Earlier | undefined {
    const { suites } = this.kept();
    const went = Object.hasOwn(suites, name) ? suites[name] : undefined;
    return isDeepStrictEqual(went?.settings, settings) ? went : undefined;
  }

  /** Notes how a suite went: one that has failed since has not passed. */
  note(name: string, went: Earlier | undefined): void {
    const kept = this.kept();
    if (went === undefined) delete kept.suites[name];
    else kept.suites[name] = went;
    this.write(kept);
  }

  /** Notes the time of a run that ends. */
  conclude(seconds: number): void {
    const kept = this.kept();
    this.write({ ...kept, seconds: kept.seconds + seconds, runs: kept.runs + 1 });
  }

  /** What the file has now: another run of the clone may be at work too. */
  private kept(): Kept {
    try {
      return schema.parse(JSON.parse(readFileSync(this.file, "utf8")));
    } catch {
      return { seconds: 0, runs: 0, suites: {} }; // nothing has run yet, or another version has written it
    }
  }

  private write(kept: Kept): void {
    replaceFile(this.file, `${JSON.stringify(kept, undefined, 2)}\n`);
    forget(this.directory);
  }
}
