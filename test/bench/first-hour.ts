/**
 * Does in a fresh clone of this commit what CONTRIBUTING.md tells newcomers to do, word for word, and prints
 * its table with the time of each step.
 *
 * Usage: npm run first-hour     (about 10 minutes on two cores; needs ports 22, 80 and 443 as a deploy does)
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../../config/load.ts";
import { ADDRESS, type FirstStep, firstSteps } from "./first-steps.ts";

/** Seconds that a step may take before this gives up. */
const patience = 1200;
const directory = mkdtempSync(join(tmpdir(), "onebox-first-hour-"));
const clone = join(directory, "onebox");
// Whoever commits has a name; a computer that only measures may have none.
const name = "newcomer";
const identity = {
  GIT_AUTHOR_NAME: name,
  GIT_AUTHOR_EMAIL: `${name}@onebox.invalid`,
  GIT_COMMITTER_NAME: name,
  GIT_COMMITTER_EMAIL: `${name}@onebox.invalid`,
};
const running = new Set<ChildProcess>();
let url = "";
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void interrupt());

const rows = ["| step | command | took |", "| --- | --- | --- |"];
try {
  for (const step of firstSteps) {
    console.error(`${step.name}: ${step.command}`);
    const started = performance.now();
    await take(step);
    const took = inWords((performance.now() - started) / 1000);
    rows.push(`| ${step.name} | \`${step.command}\` | ${took} |`);
  }
  console.log(rows.join("\n"));
} finally {
  await end();
}

async function take({ name, command, until }: FirstStep): Promise<void> {
  const first = command.includes(ADDRESS);
  const child = spawn("bash", ["-c", command.replace(ADDRESS, root)], {
    cwd: first ? directory : clone,
    env: { ...process.env, ...identity },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // Ctrl-C reaches the whole group
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  running.add(child);
  const ended = once(child, "close").finally(() => running.delete(child));
  if (until === "answer") {
    url = await seen(() => /✓ app +(http:\S+)/.exec(said)?.[1]);
    await seen(() => shows("<h1>"));
    return;
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`${name}: exit code ${code}\n${said.slice(-4000)}`);
  if (typeof until === "object") await seen(() => shows(until.text));
}

async function shows(text: string): Promise<string> {
  const page = await (await fetch(url)).text();
  return page.includes(text) ? page : "";
}

/** Waits until something is there. */
async function seen(find: () => Promise<string> | string | undefined): Promise<string> {
  for (const deadline = Date.now() + patience * 1000; Date.now() < deadline; await sleep(50)) {
    const found = await Promise.resolve(find()).catch(() => "");
    if (found) return found;
  }
  throw new Error(`not seen after ${patience} s`);
}

function inWords(seconds: number): string {
  if (seconds < 1) return "under 1 s";
  return seconds < 100 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** Ctrl-C for what runs, which is the app; then nothing is left, also after a step that failed. */
async function end(): Promise<void> {
  for (const child of [...running]) {
    const ended = once(child, "close");
    process.kill(-(child.pid ?? 0), "SIGINT");
    await ended;
  }
  spawnSync(join(clone, "scripts/cloud.sh"), ["reset", "--yes"]); // there may be none yet
  rmSync(directory, { recursive: true, force: true });
}

async function interrupt(): Promise<void> {
  await end();
  process.exit(130);
}
