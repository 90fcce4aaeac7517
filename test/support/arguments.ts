import { readdirSync, readFileSync } from "node:fs";

/** Command lines of processes, collected while something runs. */
interface ArgumentWatch {
  /** Every command line seen so far. */
  readonly lines: Set<string>;
  stop(): void;
}

/** How often it looks (ms), and how many times at a process: one that was just forked has its parent's line. */
const [often, looks] = [20, 10];

/** Looks at new processes of this computer every 20 ms, as any of its users could. */
export function watchArguments(): ArgumentWatch {
  const lines = new Set<string>(commandLines());
  const young = new Map<number, number>(); // how many times each was looked at
  let last = lastProcess();
  const timer = setInterval(() => {
    const now = lastProcess();
    if (now < last) last = 0; // the kernel's numbers began anew
    for (let pid = last + 1; pid <= now; pid++) young.set(pid, 0);
    last = now;
    for (const [pid, count] of young) {
      const line = commandLine(pid);
      if (line) lines.add(line);
      if (line === undefined || count + 1 === looks) young.delete(pid);
      else young.set(pid, count + 1);
    }
  }, often);
  return { lines, stop: () => clearInterval(timer) };
}

/** The command lines of all processes that run now. */
export function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .map((pid) => commandLine(Number(pid)) ?? "")
    .filter(Boolean);
}

/** Undefined when there is no such process, or it has ended. */
function commandLine(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return undefined;
  }
}

/** The number of the process that began last, in any container too. */
const lastProcess = () => Number(readFileSync("/proc/loadavg", "utf8").split(" ").at(-1));
