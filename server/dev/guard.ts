import { type ChildProcess, spawn } from "node:child_process";

/** A program that lasts as long as its standard input is open: so no longer than who started it. */
export interface Guarded {
  child: ChildProcess;
  /** Everything it has printed, unless that was passed on. */
  output: () => string;
  /** Ends it and waits for it. */
  stop: () => Promise<void>;
}

interface Options {
  env?: NodeJS.ProcessEnv;
  /** Passes on what it prints; else it is kept. */
  show?: boolean;
}

interface ProgramOptions extends Options {
  /** The shell command that ends it; `$!` is its process. */
  end?: string;
}

/** Starts a command that ends with its standard input, in a group of its own: Ctrl-C passes it by. */
export function guard(command: string, args: string[], options: Options = {}): Guarded {
  const out = options.show ? "inherit" : "pipe";
  const child = spawn(command, args, {
    env: options.env ?? process.env,
    detached: true,
    stdio: ["pipe", out, out],
  });
  let output = "";
  child.stdout?.on("data", (data) => (output += data));
  child.stderr?.on("data", (data) => (output += data));
  child.stdin?.on("error", () => {}); // it has ended by itself
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    child,
    output: () => output,
    stop: () => {
      child.stdin?.end();
      return ended;
    },
  };
}

/** The same for a program that does not care for its standard input: a shell does, and ends it. */
export function guardProgram(program: string[], options: ProgramOptions = {}): Guarded {
  const { end = "kill $! 2>/dev/null; wait" } = options;
  return guard("sh", ["-c", `"$@" </dev/null & cat >/dev/null; ${end}`, "sh", ...program], options);
}
