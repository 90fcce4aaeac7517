import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import { RefusedError } from "../errors.ts";
import { pinOf } from "../image/pins.ts";
import type { Step } from "../steps.ts";
import { isAtLeast, type Kit, needSpace, workDirectory } from "./kit.ts";
import { installPackages } from "./packages.ts";
import { isProgram } from "./system.ts";

/** What no debugger will read is not made. Builds with the same flags share what they have compiled. */
const flags = ["-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false"];

/** A program that Go builds. */
export interface GoTool {
  /** Its file in the cache's go-tools/, with its version. */
  file: string;
  /** The directory of toolchain/ with the module that requires it. */
  module: string;
  package: string;
  ldflags?: string;
}

/** Where a program is built to. */
export function goTool({ cache }: Pick<Kit, "cache">, file: string): string {
  return join(cache, "go-tools", file);
}

/** Builds a program, unless it is there. */
export async function buildGoTool(kit: Kit, tool: GoTool, step: Step): Promise<void> {
  const out = goTool(kit, tool.file);
  if (isProgram(out)) return;
  await needGo(kit, step);
  needSpace(kit.cache, 5);
  step.progress(`building ${tool.file} with Go`);
  const directory = join(kit.root, "toolchain", tool.module);
  await buildWithGo(kit, { ...tool, directory, out }, step);
}

/** Builds a package of the module in a directory, or one that it requires. */
export async function buildWithGo(
  kit: Kit,
  {
    directory,
    out,
    ...tool
  }: Pick<GoTool, "package" | "ldflags"> & Record<"directory" | "out", string>,
  step: Step,
): Promise<void> {
  const part = join(workDirectory(kit, "out"), basename(out));
  const args = ["build", ...flags, "-p", String(compilersHere()), "-o", part];
  await runGo(
    kit,
    [...args, "-ldflags", `-s -w ${tool.ldflags ?? ""}`, tool.package],
    directory,
    step,
  );
  mkdirSync(dirname(out), { recursive: true });
  renameSync(part, out);
}

/** Builds a directory's tests as a program. */
export async function buildGoTests(
  kit: Kit,
  directory: string,
  out: string,
  step: Step,
): Promise<void> {
  const part = join(workDirectory(kit, "out"), basename(out));
  await runGo(kit, ["test", "-c", ...flags, "-ldflags", "-s -w", "-o", part, "."], directory, step);
  mkdirSync(dirname(out), { recursive: true });
  renameSync(part, out);
}

/** Runs Go; what it must not change, it does not. */
export async function runGo(
  kit: Kit,
  args: string[],
  cwd: string,
  { output }: Step,
): Promise<string> {
  const env = {
    ...{ CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "auto" },
    GOTMPDIR: workDirectory(kit, "go"),
  };
  return (await kit.processes.run("go", args, { cwd, env, output })).stdout;
}

/** Go as the builds need it. Go 1.21 and newer fetch the exact version that a module asks for. */
export async function needGo(kit: Kit, step: Step): Promise<void> {
  if (kit.system.find("go") === undefined) await installPackages(kit, ["golang-go"], step);
  const oldest = pinOf(kit.root, "GO_OLDEST");
  const { stdout } = await kit.processes.run("go", ["env", "GOVERSION"], { codes: "any" });
  const version = stdout.trim().replace(/^go/, "");
  if (isAtLeast(oldest, version)) return;
  throw new RefusedError(
    `Go ${version} is too old to build what can't be downloaded here; install Go ${oldest} or newer: https://go.dev/dl/`,
  );
}

function compilersHere(): number {
  let memory: string | undefined;
  try {
    memory = readFileSync("/proc/meminfo", "utf8");
  } catch {
    // macOS
  }
  return compilers(availableParallelism(), memory);
}

/** How many may compile at once: each takes up to 500 MB. */
export function compilers(cores: number, meminfo: string | undefined): number {
  const kilobytes = /^MemAvailable: +(\d+)/m.exec(meminfo ?? "")?.[1];
  if (kilobytes === undefined) return cores;
  return Math.max(1, Math.min(cores, Math.floor(Number(kilobytes) / 2 ** 20)));
}
