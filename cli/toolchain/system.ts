import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Environment } from "../environment.ts";
import { isDirectory } from "../is-file.ts";
import type { Processes } from "../processes.ts";

const SYSTEM_PATH = "/usr/sbin:/sbin:/usr/local/sbin";

/** The computer that tools are provided on. */
export interface System {
  /** As `uname -s` says: Linux or Darwin. */
  name: string;
  /** As Go, Terraform and HashiCorp spell it, such as linux_amd64. */
  platform: string;
  isRoot: boolean;
  /** Whether programs run as root without a question: as root, or by sudo. */
  mayBecomeRoot: boolean;
  hasSystemd: boolean;
  /** Where the program of this name lies on the PATH. */
  find: (program: string) => string | undefined;
  /** Where root would find it, whose PATH has more directories. */
  findAsRoot: (program: string) => string | undefined;
}

/** Looks at this computer. */
export async function readSystem(processes: Processes, environment: Environment): Promise<System> {
  const { PATH = "" } = environment;
  const find = (program: string) => findProgram(program, PATH);
  const findAsRoot = (program: string) => findProgram(program, `${PATH}:${SYSTEM_PATH}`);
  const ask = async (program: string, ...args: string[]) =>
    (await processes.run(program, args)).stdout.trim();
  const [kernel, uid] = await Promise.all([ask("uname", "-s", "-m"), ask("id", "-u")]);
  const [name = "", hardware = ""] = kernel.split(" ");
  const isRoot = uid === "0";
  return {
    ...{ name, platform: platformOf(name, hardware), isRoot, find, findAsRoot },
    mayBecomeRoot: isRoot || (await canSudo(processes, find)),
    hasSystemd: isDirectory("/run/systemd/system"),
  };
}

/** @param hardware as `uname -m` says */
export function platformOf(name: string, hardware: string): string {
  const machines: Record<string, string> = { x86_64: "amd64", aarch64: "arm64" };
  return `${name.toLowerCase()}_${machines[hardware] ?? hardware}`;
}

/** A command line as root. */
export function asRoot({ isRoot }: System, command: string[]): [string, string[]] {
  const [program = "", ...args] = isRoot ? command : ["sudo", "-n", ...command];
  return [program, args];
}

/** The first program of that name in the directories of a PATH. */
export function findProgram(program: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((directory) => join(directory, program))
    .find(isProgram);
}

/** Whether a file can be run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function canSudo(processes: Processes, find: System["find"]): Promise<boolean> {
  if (find("sudo") === undefined) return false;
  return (await processes.run("sudo", ["-n", "true"], { codes: "any" })).code === 0;
}
