import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process of this computer. */
interface Process {
  pid: number;
  command: string;
  environment: string;
}

/** All processes that can be read, but for those in containers: the local cloud's servers are some. */
export function allProcesses(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => {
      try {
        const namespace = (of: string) => readlinkSync(`/proc/${of}/ns/pid`);
        if (namespace(name) !== namespace("self")) return [];
        const text = (file: string) =>
          readFileSync(`/proc/${name}/${file}`, "latin1").replaceAll("\0", " ");
        return [{ pid: Number(name), command: text("cmdline"), environment: text("environ") }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}

/** The Terraform processes that work on the stacks of a clone. */
export function terraforms(directory: string): number[] {
  const argument = `terraform -chdir=${directory}/cdktf.out/stacks/`;
  return allProcesses()
    .filter(({ command }) => command.includes(argument))
    .map(({ pid }) => pid);
}

/** Terraform's providers, which have their program in the clone. */
export function providers(directory: string): number[] {
  return allProcesses()
    .filter(({ command }) => command.startsWith(`${directory}/.onebox/terraform/`))
    .map(({ pid }) => pid);
}
