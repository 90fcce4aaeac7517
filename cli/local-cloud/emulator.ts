import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { FailedError } from "../errors.ts";
import { isAlive } from "../left.ts";
import { poll } from "../poll.ts";
import type { Session } from "../session.ts";
import { cloudDirectory, type Driver, type LocalCloud, readLocalCloud } from "./identity.ts";

/** Milliseconds in which the API has to answer after its start, and the process to end after it was asked to. */
const START = 120_000;
const END = 6000;

/** Whether the API answers to this cloud's own token: then it is ours, whatever the pid says. */
export async function apiAnswers({ endpoint, token }: LocalCloud): Promise<boolean> {
  if (endpoint === "") return false;
  try {
    const answer = await fetch(`${endpoint}/locations`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(3000),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Starts the process, which outlives this one and holds nothing of it open, and waits for its answer. */
export async function startEmulator(
  { root, environment }: Session,
  driver: Driver,
): Promise<LocalCloud> {
  const directory = cloudDirectory(root);
  const log = join(directory, "emulator.log");
  if (existsSync(log)) renameSync(log, `${log}.1`);
  const output = openSync(log, "a", 0o600);
  const options = ["--data", directory, "--driver", driver];
  const child = spawn(process.execPath, [join(root, "emulator/main.ts"), ...options], {
    stdio: ["ignore", output, output],
    env: environment,
    detached: true,
  });
  child.on("error", () => {}); // then it has no exit code either, and the time runs out
  child.unref();
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const ask = async () => {
    const cloud = readLocalCloud(root);
    return cloud !== undefined && (await apiAnswers(cloud)) ? cloud : undefined;
  };
  const started = await poll(ask, (cloud) => cloud !== undefined || hasEnded(), {
    within: START,
    pause: 50,
  });
  if (started !== undefined) return started;
  const lines = readFileSync(log, "utf8").trim().split("\n").slice(-3);
  throw new FailedError(`the local cloud did not start: ${lines.join("\n    ")}`);
}

/** Asks the process to end, then insists. A pid that another program has by now is left alone. */
export async function stopEmulator(root: string): Promise<void> {
  const { pid } = readLocalCloud(root) ?? {};
  if (pid == null || !isEmulator(argumentsOf(pid), cloudDirectory(root))) return;
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  };
  send("SIGTERM");
  const isGone = () => !isAlive(pid);
  if (!(await poll(isGone, Boolean, { within: END, pause: 50 }))) send("SIGKILL");
}

/** Whether a program with these arguments is the emulator with its data there. */
export function isEmulator(args: string[], directory: string): boolean {
  return args.some((argument, at) => argument === "--data" && args[at + 1] === directory);
}

/** The words of a program's command line; none: it has ended, or is somebody else's. */
export function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
