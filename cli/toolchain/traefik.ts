import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { FailedError } from "../errors.ts";
import type { Step } from "../steps.ts";
import { buildWithGo, goTool, needGo, runGo } from "./go.ts";
import { type Kit, needSpace, workDirectory } from "./kit.ts";
import { isProgram } from "./system.ts";

/** Where the program in Traefik's substitute image is built to. */
export function traefikProgram(kit: Pick<Kit, "cache">, version: string): string {
  return goTool(kit, `traefik-lean-${version}`);
}

/**
 * Builds the published Go module, without what Onebox's configuration cannot ask for (docs/toolchain.md), which takes a
 * fifth of the time. Whoever asks for it is refused.
 */
export async function buildTraefik(kit: Kit, version: string, step: Step): Promise<void> {
  const out = traefikProgram(kit, version);
  if (isProgram(out)) return;
  await needGo(kit, step);
  needSpace(kit.cache, 3);
  const work = workDirectory(kit, "traefik");
  step.progress("downloading Traefik's source");
  await leanSource(kit, version, work, step);
  step.progress(`building Traefik ${version} with Go`);
  const name = "-X github.com/traefik/traefik/v3/pkg/version";
  const ldflags = `${name}.Version=${version} ${name}.Codename=stand-in`;
  await buildWithGo(kit, { directory: work, out, package: "./cmd/traefik", ldflags }, step);
}

const downloaded = z.object({ Dir: z.string() });

/**
 * The module's source, compared with toolchain/traefik/go.sum, with its own go.mod and go.sum; then lean.patch. Every
 * file that it changes, or that goes, must be the one it was made for.
 */
export async function leanSource(
  kit: Kit,
  version: string,
  target: string,
  step: Step,
): Promise<void> {
  const lean = join(kit.root, "toolchain/traefik");
  const read = (name: string) => readFileSync(join(lean, name), "utf8");
  // Go would add what is missing there.
  if (!read("go.sum").includes(`github.com/traefik/traefik/v3 v${version} h1:`)) {
    throw new FailedError(`toolchain/traefik/go.sum has no checksum of Traefik ${version}`);
  }
  const module = `github.com/traefik/traefik/v3@v${version}`;
  const said = await runGo(kit, ["mod", "download", "-json", module], lean, step);
  const source = downloaded.parse(JSON.parse(said)).Dir;
  for (const name of ["cmd", "pkg", "go.mod", "go.sum", "webui/embed.go", "webui/static"]) {
    cpSync(join(source, name), join(target, name), { recursive: true });
  }
  const { output } = step;
  await kit.processes.run("chmod", ["-R", "u+w", target], { output });
  const ext = join(target, "pkg/config/dynamic/ext");
  mkdirSync(ext, { recursive: true });
  cpSync(join(lean, "ext/ext.go"), join(ext, "ext.go"));
  writeFileSync(join(ext, "go.mod"), "module github.com/traefik/traefik/dynamic/ext\n");
  const known = read("lean.sha256");
  const [other] = differing(known, target);
  if (other !== undefined) {
    throw new FailedError(
      `${other} is another file: toolchain/traefik/lean.patch was made for another Traefik than ${version}; docs/toolchain.md says how to make it anew`,
    );
  }
  for (const file of leaving(known, read("lean.patch"))) rmSync(join(target, file));
  // Without the ceiling, git would leave out what a repository above the cache ignores.
  const env = { GIT_CEILING_DIRECTORIES: dirname(target) };
  const patch = ["apply", join(lean, "lean.patch")];
  await kit.processes.run("git", patch, { cwd: target, env, output });
}

/** Files of a list of checksums: each line is a checksum, two spaces and a name. */
function namesIn(list: string): [string, string][] {
  return list
    .split("\n")
    .filter(Boolean)
    .map((line) => [line.slice(0, 64), line.slice(66)]);
}

/** The files of a list that have other content in a directory, or are not there. */
export function differing(list: string, directory: string): string[] {
  return namesIn(list)
    .filter(([sum, name]) => sumOf(join(directory, name)) !== sum)
    .map(([, name]) => name);
}

function sumOf(file: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return undefined;
  }
}

/** The files of a list that have no place in a patch: they go. */
export function leaving(list: string, patch: string): string[] {
  const changed = new Set(patch.split("\n").filter((line) => line.startsWith("+++ b/")));
  return namesIn(list)
    .map(([, name]) => name)
    .filter((name) => !changed.has(`+++ b/${name}`));
}
