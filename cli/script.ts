import { join } from "node:path";
import type { Session } from "./session.ts";

/**
 * Runs another program's script, which has the terminal to itself, in the language and with the configuration of who
 * has called. Returns its exit code.
 *
 * @param name such as "test"
 */
export function runScript(
  { root, processes, invocation }: Session,
  name: string,
  args: string[],
): Promise<number> {
  const { LC_ALL, ONEBOX_CONFIG } = invocation.environment;
  const env = { LC_ALL, ONEBOX_CONFIG };
  return processes.attach(join(root, "scripts", `${name}.sh`), args, { env });
}
