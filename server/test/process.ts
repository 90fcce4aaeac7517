import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface TestProcess {
  child: ChildProcessWithoutNullStreams;
  /** Everything it has written so far. */
  output: () => string;
  /** Its exit code, once it has ended. */
  ended: Promise<number | null>;
}

/** Where there is one, the types are not stripped again at each start. */
const { NODE_COMPILE_CACHE } = process.env;
const cache: Record<string, string> = NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {};

/** Runs one of the server's programs in a process of its own, with no other environment than `env`. */
export function run(program: string, env: Record<string, string>, ...args: string[]): TestProcess {
  return watch(
    spawn(process.execPath, [join(import.meta.dirname, "..", program), ...args], {
      env: { ...cache, ...env },
    }),
  );
}

/** Runs `source`, a module, in a process of its own. */
export function evaluate(source: string): TestProcess {
  return watch(
    spawn(process.execPath, ["--input-type=module", "--eval", source], {
      env: cache,
    }),
  );
}

function watch(child: ChildProcessWithoutNullStreams): TestProcess {
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, output: () => output, ended };
}

/** Starts the server and returns its port once it listens. */
export async function start(env: Record<string, string>): Promise<TestProcess & { port: number }> {
  const server = run("main.ts", { PORT: "0", ...env });
  while (!server.output().includes('"msg":"listening"')) {
    const event = await Promise.race([once(server.child.stdout, "data"), server.ended]);
    if (!Array.isArray(event)) throw new Error(`the server ended: ${server.output()}`);
  }
  const line = server
    .output()
    .split("\n")
    .find((text) => text.includes('"msg":"listening"'));
  return { ...server, port: JSON.parse(line ?? "{}").port };
}
