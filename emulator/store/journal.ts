import { existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { readFile } from "../read-file.ts";
import { writeAtomically } from "./atomic-file.ts";

/** A snapshot is made when the log is larger than this, and larger than the last snapshot. */
const LARGE_LOG = 1 << 20;

/**
 * State on disk: a snapshot, and beside it a log of what changed since, one line per commit. A
 * commit appends its own line and no more, however much there is. Each line has a number; those
 * that the snapshot holds already are passed over, so a stop between the two files does no harm.
 */
export class Journal {
  readonly #snapshot: string;
  readonly #log: string;
  #number = 0;
  #snapshotSize = 0;
  #length = 0;
  #file: FileHandle | null = null;

  constructor(snapshot: string) {
    this.#snapshot = snapshot;
    this.#log = `${snapshot.replace(/\.json$/, "")}.log`;
  }

  /** Reads both files. Nothing is written: another emulator may be at work here. */
  load(restore: (snapshot: unknown) => void, apply: (line: unknown) => void): void {
    const text = readFile(this.#snapshot);
    if (text !== undefined) {
      const snapshot = JSON.parse(text) as { n?: number };
      this.#snapshotSize = text.length;
      this.#number = snapshot.n ?? 0;
      restore(snapshot);
    }
    const log = readFile(this.#log);
    if (log === undefined) return;
    const lines = log.split("\n");
    lines.pop(); // nothing, or what a crash has cut off
    for (const [index, text] of lines.entries()) {
      const line = parse(text);
      if (line === null) {
        if (index === lines.length - 1) break; // never whole on disk, so nobody was told of it
        throw new Error(`line ${index + 1} of the log is damaged`);
      }
      if (line.n > this.#number) {
        apply(line);
        this.#number = line.n;
      }
      this.#length += Buffer.byteLength(text) + 1;
    }
  }

  /** Appends a commit; resolves when it is on disk. `content` is JSON without the outer braces. */
  async append(content: string): Promise<void> {
    this.#file ??= await open(this.#log, existsSync(this.#log) ? "r+" : "w+", 0o600);
    const line = Buffer.from(`{"n":${this.#number + 1},${content}}\n`);
    // What a failed or interrupted attempt left behind must not stand before this line.
    await this.#file.truncate(this.#length);
    for (let written = 0; written < line.length; ) {
      const rest = line.length - written;
      written += (await this.#file.write(line, written, rest, this.#length + written)).bytesWritten;
    }
    await this.#file.datasync();
    this.#number++;
    this.#length += line.length;
  }

  /** True when the log has grown enough to be replaced by a snapshot. */
  get large(): boolean {
    return this.#length > Math.max(LARGE_LOG, this.#snapshotSize);
  }

  /** Replaces the log by a snapshot. `content` as for `append`, and it holds all that was appended. */
  async replace(content: string): Promise<void> {
    const text = `{"n":${this.#number},${content}}\n`;
    await writeAtomically(this.#snapshot, text);
    this.#snapshotSize = text.length;
    this.#length = 0;
    await this.#file?.truncate(0);
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }
}

function parse(text: string): { n: number } | null {
  try {
    const line = JSON.parse(text) as { n: number } | null;
    return Number.isSafeInteger(line?.n) ? line : null;
  } catch {
    return null;
  }
}
