import { readdirSync, readFileSync } from "node:fs";

/** Command lines of processes, collected while something runs. */
export interface ArgumentWatch {
  /** Every command line seen so far. */
  readonly lines: Set<string>;
  stop(): void;
}

/** Looks at all processes of this computer every 20 ms, as any of its users could. */
export function watchArguments(): ArgumentWatch {
  const lines = new Set<string>();
  const look = () => {
    for (const pid of readdirSync("/proc")) {
      if (!/^[0-9]+$/.test(pid)) continue;
      try {
        lines.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // It ended between the two reads.
      }
    }
  };
  const timer = setInterval(look, 20);
  return { lines, stop: () => clearInterval(timer) };
}
