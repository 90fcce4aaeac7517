import { spawnSync } from "node:child_process";

/** URL of a clone's remote "origin"; undefined without one. */
export function originOf(directory: string): string | undefined {
  const asked = spawnSync("git", ["-C", directory, "remote", "get-url", "origin"], {
    encoding: "utf8",
  });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}
