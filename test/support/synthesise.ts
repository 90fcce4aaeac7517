import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "mocha";
import { root } from "../../config/load.ts";

/** Runs main.ts with a configuration and returns the directory with the synthesised stacks. */
export function synthesise(config: string): string {
  const directory = mkdtempSync(join(tmpdir(), "onebox-synth-"));
  after(() => rmSync(directory, { recursive: true, force: true }));
  execFileSync(process.execPath, ["main.ts"], {
    cwd: root,
    env: { ...process.env, ONEBOX_CONFIG: config, CDKTF_OUTDIR: directory },
  });
  return directory;
}

/** Runs the Terraform that scripts/setup.sh provides, with its providers. */
export function terraform(directory: string, ...args: string[]): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "onebox");
  return execFileSync(join(cache, "bin/terraform"), args, {
    cwd: directory,
    env: { ...process.env, TF_CLI_CONFIG_FILE: join(cache, "terraform/cli.tfrc") },
    stdio: "pipe",
  }).toString();
}

/** The paths at which two JSON values differ, dotted. */
export function differences(a: unknown, b: unknown, path = ""): string[] {
  if (isTree(a) && isTree(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].flatMap((key) => differences(a[key], b[key], path ? `${path}.${key}` : key));
  }
  return a === b ? [] : [path];
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
