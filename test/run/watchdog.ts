import type { ChildProcess } from "node:child_process";
import { statSync } from "node:fs";
import { belongingTo, processes } from "./processes.ts";

/** What a suite is watched by. */
interface Watched {
  child: ChildProcess;
  /** The file that grows with each test that ends. */
  results: string;
  /** Directory of what it makes: its processes know it. */
  place: string;
  /** How long nothing may end (ms). mocha's own time-outs cannot end a test that waits for a program without giving way. */
  patience: number;
}

/** Ends a process group, unless it has ended. */
export function endGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // it has
  }
}

/**
 * Ends a suite's processes when none of its tests has ended for too long, and hands on what then ran: a line for each
 * process. What is returned ends the watch.
 */
export function watch(
  { child, results, place, patience }: Watched,
  hung: (ran: string[]) => void,
): () => void {
  const timer = setInterval(
    () => {
      if (Date.now() - statSync(results).mtimeMs < patience || child.pid === undefined) return;
      clearInterval(timer);
      const all = processes();
      const pids = belongingTo(place, all, process.pid);
      const ran = all.filter(({ pid }) => pids.includes(pid));
      hung(ran.map(({ pid, told }) => `${pid} ${JSON.stringify(told.replaceAll("\0", " "))}`));
      endGroup(child.pid);
    },
    Math.min(patience / 2, 5000),
  );
  return () => clearInterval(timer);
}
