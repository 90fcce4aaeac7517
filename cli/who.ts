import { hostname, userInfo } from "node:os";
import type { Session } from "./session.ts";

/** Who works, for the history on the VM: only characters that need no quotes anywhere. */
export async function whoWorks({ root, processes, environment }: Session): Promise<string> {
  const { GITHUB_ACTOR } = environment;
  if (GITHUB_ACTOR) return plainName(GITHUB_ACTOR);
  const email = ["-C", root, "config", "user.email"];
  const { stdout } = await processes.run("git", email, { codes: "any" });
  return plainName(stdout.trim() || `${userName()}@${hostname()}`);
}

/** A container may run as a user whom its system has no name for. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `${process.getuid?.()}`;
  }
}

/** A name without what would need quotes. */
export function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9@._+-]/g, "");
}
