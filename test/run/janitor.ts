// Usage: node test/run/janitor.ts DIRECTORY <PIPE
// Waits until the run that holds the other end of the pipe has ended, be it killed, and then clears up after it.
import { cleanUp } from "./clean-up.ts";

// Ctrl-C and the end of a terminal are told to the run, whose end is waited for.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

const [directory = ""] = process.argv.slice(2);
for await (const _ of process.stdin);
try {
  await cleanUp(directory);
} catch (error) {
  console.error(`test.sh: ${directory} could not be cleared: ${(error as Error).message}`);
  process.exitCode = 1;
}
