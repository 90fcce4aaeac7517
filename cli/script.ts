import { join } from "node:path";
import type { Session } from "./session.ts";

/**
 * Runs another program's script, which has the terminal to itself, in the language and with the configuration of who
 * has called. Returns its exit code.
 *
 * @param name such as "test"
 * @param minutes after which it is asked to end, and ended where it does not; then 124 is returned
 */
export async function runScript(
  { root, processes, invocation }: Session,
  name: string,
  args: string[],
  minutes?: number,
): Promise<number> {
  const { LC_ALL, ONEBOX_CONFIG } = invocation.environment;
  const env = { LC_ALL, ONEBOX_CONFIG };
  const ended = processes.attach(join(root, "scripts", `${name}.sh`), args, { env });
  if (minutes === undefined) return ended;
  let ending: Promise<void> | undefined;
  const timer = setTimeout(() => {
    ending = processes.end("SIGTERM");
  }, minutes * 60_000);
  try {
    const code = await ended;
    await ending;
    return ending === undefined ? code : 124; // as timeout(1) does
  } finally {
    clearTimeout(timer);
  }
}
