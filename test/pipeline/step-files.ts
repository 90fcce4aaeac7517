import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The files by which a step tells its runner something. */
export interface StepFiles {
  temp: string;
  output: string;
  env: string;
  summary: string;
  /** What has happened, as JSON. */
  event: string;
}

/** Makes them anew, empty, as each job finds them. */
export function makeStepFiles(directory: string): StepFiles {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, "temp"), { recursive: true });
  const make = (name: string) => {
    writeFileSync(join(directory, name), "");
    return join(directory, name);
  };
  return {
    temp: join(directory, "temp"),
    output: make("output"),
    env: make("env"),
    summary: make("summary"),
    event: make("event.json"),
  };
}

/** Reads KEY=value lines, as steps write them. */
export function readPairs(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
