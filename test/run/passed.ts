import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const earlier = z.strictObject({ seconds: z.number(), passed: z.number() });
const schema = z.strictObject({
  of: z.string(),
  seconds: z.number(),
  runs: z.number(),
  suites: z.record(z.string(), earlier),
});
type Kept = z.infer<typeof schema>;
/** A suite that passed in an earlier run: how long it took, and how many tests it has. */
type Earlier = z.infer<typeof earlier>;

/** What has passed so far of one and the same: files, tier and seed. The runs of a clone keep it in a file. */
export class Passed {
  private readonly file: string;
  private readonly of: string;

  /** @param of names what is the same */
  constructor(file: string, of: string) {
    this.file = file;
    this.of = of;
  }

  /** For how long the runs before this one have been at work (s), and how many they were. */
  get before(): { seconds: number; runs: number } {
    const { seconds, runs } = this.record();
    return { seconds, runs };
  }

  get(name: string): Earlier | undefined {
    const { suites } = this.record();
    return Object.hasOwn(suites, name) ? suites[name] : undefined;
  }

  /** Notes how a suite went: one that has failed since has not passed. */
  note(name: string, went: Earlier | undefined): void {
    const record = this.record();
    if (went === undefined) delete record.suites[name];
    else record.suites[name] = went;
    this.write(record);
  }

  /** Notes the time of a run that ends. */
  conclude(seconds: number): void {
    const record = this.record();
    this.write({ ...record, seconds: record.seconds + seconds, runs: record.runs + 1 });
  }

  /** What the file has now: another run of the clone may be at work too. */
  private record(): Kept {
    const kept = read(this.file);
    return kept?.of === this.of ? kept : { of: this.of, seconds: 0, runs: 0, suites: {} };
  }

  private write(record: Kept): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const written = `${this.file}.${process.pid}`; // who reads meanwhile finds all of it
    writeFileSync(written, `${JSON.stringify(record, undefined, 2)}\n`);
    renameSync(written, this.file);
  }
}

function read(file: string): Kept | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined; // nothing has run yet, or another version of this has written it
  }
}
