import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A process of this computer, as far as its owner may know it. */
export interface Process {
  pid: number;
  parent: number;
  /** What it is told and where it is: arguments and working directory. */
  told: string;
  environment: string;
}

/** When a process began, by the kernel's clock; undefined when there is none. A number alone may be another's by now. */
export function startOf(pid: number): string | undefined {
  try {
    return fields(pid)[19];
  } catch {
    return undefined;
  }
}

/** What the kernel tells of a process after its name, which may hold anything: state, parent, …; the twentieth is the start. */
export function fields(pid: number | string): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** All processes that are still alive. */
export function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => {
      try {
        const [state, parent] = fields(name);
        if (state === "Z") return []; // dead; nobody has asked for its exit code
        const told = `${readFileSync(`/proc/${name}/cmdline`)}\0${readlinkSync(`/proc/${name}/cwd`)}`;
        const environment = readFileSync(`/proc/${name}/environ`, "utf8");
        return [{ pid: Number(name), parent: Number(parent), told, environment }];
      } catch {
        return []; // it has ended meanwhile, or is another user's
      }
    });
}

/**
 * Those that belong to a directory: they were told of it, or began below one that was. What asks for them, and all
 * above that, does not; nor does what works on the shared directory, wherever it was started from.
 */
export function belongingTo(
  directory: string,
  all: Process[],
  asking: number,
  shared?: string,
): number[] {
  const spared = new Set(shared === undefined ? [] : all.filter(mentions(shared, "told")).map(id));
  for (let pid = asking; pid > 0 && !spared.has(pid); ) {
    spared.add(pid);
    pid = all.find((each) => each.pid === pid)?.parent ?? 0;
  }
  const told = all.filter(mentions(directory, "told", "environment"));
  const found = new Set(told.map(id).filter((pid) => !spared.has(pid)));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent) && !spared.has(pid)) found.add(pid);
  }
  return [...found];
}

const id = ({ pid }: Process) => pid;

/** Whether a process knows a directory, or what is in it; one with a longer name is another. */
function mentions(directory: string, ...where: ("told" | "environment")[]) {
  const name = new RegExp(`${directory.replaceAll(/\W/g, "\\$&")}(?![\\w.-])`);
  return (process: Process) => where.some((each) => name.test(process[each]));
}

/** Ends all that belong to a directory: asks first, then insists, also on what they start meanwhile. */
export async function endProcesses(directory: string, shared?: string): Promise<void> {
  const find = () => belongingTo(directory, processes(), process.pid, shared);
  const send = (pids: number[], signal: NodeJS.Signals) => {
    for (const pid of pids) {
      try {
        process.kill(pid, signal);
      } catch {
        // it has ended meanwhile
      }
    }
  };
  send(find(), "SIGTERM");
  for (let tries = 0; tries < 30 && find().length > 0; tries++) await sleep(100);
  for (let found = find(); found.length > 0; found = find()) {
    send(found, "SIGKILL");
    await sleep(100);
  }
}
