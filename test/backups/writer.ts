import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";

/** A write that the database has acknowledged. */
export interface Write {
  id: number;
  /** Milliseconds since 1970, before it was sent and after it was acknowledged. */
  began: number;
  acknowledged: number;
}

/** Milliseconds between an acknowledgement and the next write, in which none is under way. */
export const pause = 100;

/** Writes one row after another, each in a transaction of its own, and notes what was acknowledged when. */
export class Writer {
  readonly writes: Write[] = [];
  private readonly psql: ChildProcessWithoutNullStreams;
  private began = 0;
  private id: number;
  private stopped = false;

  /** @param last the greatest id that there is */
  constructor(container: string, last = 0) {
    this.id = last;
    const options = ["-v", "ON_ERROR_STOP=1", "-qAtX", "-U", "onebox", "-d", "app"];
    this.psql = spawn("docker", ["exec", "-i", container, "psql", ...options]);
    this.psql.stdin.on("error", () => {}); // the database may end first
    let rest = "";
    this.psql.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (Number(line) !== this.id) continue;
        this.writes.push({ id: this.id, began: this.began, acknowledged: Date.now() });
        if (!this.stopped) setTimeout(() => this.next(), pause);
      }
    });
    this.next();
  }

  async stop(): Promise<Write[]> {
    this.stopped = true;
    this.psql.stdin.end();
    if (this.psql.exitCode === null && this.psql.signalCode === null)
      await once(this.psql, "close");
    return this.writes;
  }

  private next(): void {
    this.id += 1;
    this.began = Date.now();
    this.psql.stdin.write(
      `INSERT INTO links (id, url) VALUES (${this.id}, 'written') RETURNING id;\n`,
    );
  }
}
