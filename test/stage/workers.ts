import { readdirSync, readFileSync } from "node:fs";

/** Command lines of the clone's scripts and of Terraform on its stacks; its cloud is not at work. */
export function workers(directory: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()];
      } catch {
        return []; // it has ended meanwhile
      }
    })
    .filter((command) =>
      [`${directory}/scripts/`, `-chdir=${directory}/`].some((part) => command.includes(part)),
    );
}
