import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startClouds } from "./clouds.ts";
import { run } from "./programs.ts";

/** Starts a cloud, and offers Debian's hcloud command with it. */
export async function startHcloud() {
  const clouds = await startClouds();
  const directory = mkdtempSync(join(tmpdir(), "onebox-hcloud-"));
  const env = { ...clouds.env, HCLOUD_CONFIG: join(directory, "cli.toml") };

  /** Runs a command: a line, and arguments that have spaces. */
  const call = (line: string, ...more: string[]) =>
    run("hcloud", ["--poll-interval", "10ms", ...line.split(" "), ...more], env);

  /** Runs a command that must succeed; returns what it printed. */
  const hcloud = async (line: string, ...more: string[]): Promise<string> => {
    const { code, output } = await call(line, ...more);
    if (code !== 0) throw new Error(`hcloud ${line}: ${output}`);
    return output.trim();
  };
  return {
    env,
    call,
    hcloud,
    /** What is said of a resource: `described("server describe web")`. */
    described: async (what: string) => JSON.parse(await hcloud(`${what} -o json`)),
    stop: async () => {
      await clouds.stop();
      rmSync(directory, { recursive: true });
    },
  };
}
