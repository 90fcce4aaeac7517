import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Plan, type Sample, usualPatience } from "./plan.ts";

/** A load that is running. */
export interface Load {
  /** Names it, also in the links that it makes. */
  readonly run: string;
  /** Its process has ended, by itself or because it was stopped. */
  readonly ended: Promise<unknown>;
  /** Ends it, once, and returns a sample for every request, in the order of their arrival. */
  stop(): Promise<Sample[]>;
}

let runs = 0;

/** Starts a load in a process of its own: 100 requests/s for at most an hour, unless told otherwise. */
export function startLoad(
  target: Pick<Plan, "address" | "host"> &
    Partial<Pick<Plan, "port" | "rate" | "seconds" | "patience">>,
): Load {
  const directory = mkdtempSync(join(tmpdir(), "onebox-load-"));
  const run = `load${Date.now().toString(36)}${++runs}`;
  const file = join(directory, "samples");
  const plan: Plan = {
    port: 80,
    rate: 100,
    seconds: 3600,
    patience: usualPatience,
    ...target,
    run,
    file,
  };
  const child = fork(join(import.meta.dirname, "generator.ts"), { stdio: "inherit" });
  const ended = once(child, "exit") as Promise<[number | null]>;
  child.send(plan);

  const collect = async (): Promise<Sample[]> => {
    if (child.connected) child.send("stop");
    const [code] = await ended;
    try {
      if (code !== 0) throw new Error(`the load generator ended with ${code}`);
      const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
      return lines.map((line): Sample => JSON.parse(line)).sort((a, b) => a.n - b.n);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };
  let samples: Promise<Sample[]> | undefined;
  return {
    run,
    ended,
    stop: () => {
      samples ??= collect();
      return samples;
    },
  };
}
