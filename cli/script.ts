import { join } from "node:path";
import type { Session } from "./session.ts";

/**
 * Runs another program's script, which has the terminal to itself, in the language and with the configuration of who
 * has called. Returns its exit code.
 *
 * @param name such as "test"
 * @param minutes after which it is asked to end, and then returns 124
 */
export function runScript(
  { root, processes, invocation }: Session,
  name: string,
  args: string[],
  minutes?: number,
): Promise<number> {
  const { LC_ALL, ONEBOX_CONFIG } = invocation.environment;
  const env = { LC_ALL, ONEBOX_CONFIG };
  const script = join(root, "scripts", `${name}.sh`);
  if (minutes === undefined) return processes.attach(script, args, { env });
  return processes.attach("timeout", ["--foreground", `${minutes}m`, script, ...args], { env });
}
