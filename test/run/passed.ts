import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const earlier = z.strictObject({ seconds: z.number(), passed: z.number() });
const record = z.strictObject({
  of: z.string(),
  seconds: z.number(),
  runs: z.number(),
  suites: z.record(z.string(), earlier),
});
/** A suite that passed in an earlier run: how long it took, and how many tests it has. */
type Earlier = z.infer<typeof earlier>;

/** What has passed so far of one and the same: files, tier and seed. The runs of a clone keep it in a file. */
export class Passed {
  private readonly file: string;
  private readonly record: z.infer<typeof record>;

  /** @param of names what is the same */
  constructor(file: string, of: string) {
    this.file = file;
    const before = read(file);
    this.record = before?.of === of ? before : { of, seconds: 0, runs: 0, suites: {} };
  }

  /** For how long the runs before this one have been at work (s), and how many they were. */
  get before(): { seconds: number; runs: number } {
    const { seconds, runs } = this.record;
    return { seconds, runs };
  }

  get(name: string): Earlier | undefined {
    return Object.hasOwn(this.record.suites, name) ? this.record.suites[name] : undefined;
  }

  /** Notes how a suite went: one that has failed since has not passed. */
  note(name: string, went: Earlier | undefined): void {
    if (went === undefined) delete this.record.suites[name];
    else this.record.suites[name] = went;
    this.write();
  }

  /** Notes the time of a run that ends. */
  conclude(seconds: number): void {
    this.record.seconds += seconds;
    this.record.runs++;
    this.write();
  }

  private write(): void {
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, `${JSON.stringify(this.record, undefined, 2)}\n`);
  }
}

function read(file: string): z.infer<typeof record> | undefined {
  try {
    return record.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined; // nothing has run yet, or another version of this has written it
  }
}
