import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "./client.ts";

export const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

export interface Launched {
  child: ChildProcess;
  api: Client;
  endpoint: string;
  token: string;
  /** Ends it at once, as a power cut would. */
  kill: () => Promise<void>;
}

/** The emulator as a process of its own, without machines unless told; resolves when it listens. */
export async function launch(data: string, options = ["--driver", "api-only"]): Promise<Launched> {
  const child = spawn(process.execPath, [MAIN, "--data", data, ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit");
  await Promise.race([
    new Promise<void>((resolve) => {
      lines.on("line", (line) => line.startsWith("listening at") && resolve());
    }),
    ended.then(() => {
      throw new Error(`the emulator ended: ${said}`);
    }),
  ]);
  const { endpoint, token } = JSON.parse(readFileSync(join(data, "cloud.json"), "utf8"));
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { child, api: createClient(endpoint, token), endpoint, token, kill };
}
