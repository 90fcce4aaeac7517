import { readdirSync, readFileSync } from "node:fs";

/** A process of this computer. */
interface Process {
  pid: number;
  group: number;
  command: string;
}

/** All processes that can be read. */
function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const [, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), group: Number(group), command }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}

/** The Terraform processes that work on the stacks of a clone. */
export function terraforms(directory: string): number[] {
  const argument = `terraform -chdir=${directory}/cdktf.out/stacks/`;
  return processes()
    .filter(({ command }) => command.includes(argument))
    .map(({ pid }) => pid);
}

/** Terraform's providers, which have their program in the clone. */
export function providers(directory: string): number[] {
  return processes()
    .filter(({ command }) => command.startsWith(`${directory}/.onebox/terraform/`))
    .map(({ pid }) => pid);
}

/** The process group of a program that was started with these arguments; 0 when there is none. */
export function groupOf(command: string): number {
  return processes().find((process) => process.command.includes(command))?.group ?? 0;
}

/** Where the scripts of a process group keep their secrets, as their programs were told. */
export function secretsOf(group: number): string[] {
  const found = processes()
    .filter((process) => process.group === group)
    .flatMap(({ pid }) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        return /(?:^|\0)ONEBOX_SECRETS=([^\0]+)/.exec(environment)?.[1] ?? [];
      } catch {
        return [];
      }
    });
  return [...new Set(found)];
}
