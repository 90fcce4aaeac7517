import { readdirSync, readFileSync } from "node:fs";

/** A process that is one of a clone's scripts, or Terraform on its stacks. */
export interface Worker {
  pid: number;
  command: string;
}

/** The clone's own processes that are at work; its cloud is none. */
export function workers(directory: string): Worker[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return [{ pid: Number(pid), command }];
      } catch {
        return []; // it has ended meanwhile
      }
    })
    .filter(({ command }) =>
      [`${directory}/scripts/`, `${directory}/cli/`, `-chdir=${directory}/`].some((part) =>
        command.includes(part),
      ),
    );
}
