import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Environment } from "../environment.ts";
import { RefusedError } from "../errors.ts";
import type { Processes } from "../processes.ts";
import type { System } from "./system.ts";

/** What providing a tool takes. */
export interface Kit {
  root: string;
  /** Where tools that were downloaded or built are kept. */
  cache: string;
  environment: Environment;
  processes: Processes;
  system: System;
}

/** A new directory in the cache for what is being made; the end of the set-up removes it. */
export function workDirectory({ cache }: Kit, name: string): string {
  mkdirSync(join(cache, "tmp"), { recursive: true });
  return mkdtempSync(join(cache, `tmp/setup.${process.pid}.${name}.`));
}

/** Refuses when the file system that holds a path, or will, has less free. */
export function needSpace(path: string, gigabytes: number): void {
  const { bavail, bsize } = statfsSync(nearestExisting(path));
  const problem = spaceProblem(path, gigabytes, bavail * bsize);
  if (problem !== undefined) throw new RefusedError(problem);
}

/** @param free in bytes */
export function spaceProblem(path: string, gigabytes: number, free: number): string | undefined {
  const there = Math.floor(free / 2 ** 30);
  return there >= gigabytes
    ? undefined
    : `no disk space: ${path} needs ${gigabytes} GB free and has ${there} GB; free some, for example: docker system prune`;
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

/** By which what is made from files is known. */
export function digestOf(files: string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

/** Compares the first two numbers of versions. */
export function isAtLeast(oldest: string, version: string): boolean {
  const [a = 0, b = 0] = oldest.split(".").map(Number);
  const [c = 0, d = 0] = version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  return c > a || (c === a && d >= b);
}
