import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removePath } from "../../cli/remove.ts";

/** Kills a script with all that it runs, as a power cut would, or sends them another signal; returns the processes. */
export function cutPower(pid: number, signal: NodeJS.Signals = "SIGKILL"): number[] {
  const pids = [pid, ...descendants(pid)];
  for (const each of pids) {
    try {
      process.kill(each, signal);
    } catch {
      // it has ended meanwhile
    }
  }
  return pids;
}

/** The same, and removes what it can no longer remove itself: its directories with decrypted secrets. */
export function killTree(pid: number): void {
  const pids = cutPower(pid);
  for (const place of ["/dev/shm", tmpdir()]) {
    for (const name of readdirSync(place)) {
      const [, owner] = /^onebox\.([0-9]+)\./.exec(name) ?? [];
      if (pids.includes(Number(owner))) removePath(join(place, name));
    }
  }
}

/** All that a process has started, and what that has started. */
function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      parents.set(Number(name), Number(parent));
    } catch {
      // it has ended meanwhile
    }
  }
  const below = (of: number): number[] =>
    [...parents]
      .filter(([, parent]) => parent === of)
      .flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}
