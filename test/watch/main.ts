// The program behind scripts/test.sh --watch: runs what belongs to each change, until Ctrl-C.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "../../config/load.ts";
import { followChanges } from "./changes.ts";
import { type Check, checksFor } from "./checks.ts";

const waiting = new Set<string>();
let running: ChildProcess | undefined;
let busy = false;
let ending = false;

const changes = followChanges(root, (files) => {
  for (const file of files) waiting.add(file);
  // mocha ends with the test that it is at, and clears up after itself.
  running?.kill("SIGINT");
  if (!busy) void work();
});
console.log("watching; change a file, and what belongs to it is tested. Ctrl-C ends it");

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    ending = true;
    changes.close();
    running?.kill("SIGINT");
  });
}

async function work(): Promise<void> {
  busy = true;
  while (waiting.size > 0 && !ending) {
    const files = [...waiting];
    waiting.clear();
    console.log(`\n== ${files.join(", ")}`);
    for (const check of checksFor(root, files)) {
      const passed = await run(check);
      if (waiting.size > 0 || ending) {
        // Broken off: what these files ask for is still to be done.
        for (const file of files) waiting.add(file);
        break;
      }
      if (!passed) break;
    }
  }
  busy = false;
}

async function run({ name, directory, command }: Check): Promise<boolean> {
  const [program = "", ...args] = command;
  const started = performance.now();
  running = spawn(program, args, {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // Ctrl-C passes it by: it is told once
  });
  let output = "";
  running.stdout?.on("data", (data) => (output += data));
  running.stderr?.on("data", (data) => (output += data));
  const [code] = await once(running, "close");
  running = undefined;
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const counted = /^ *(\d+) passing/m.exec(output);
  if (waiting.size > 0 || ending) console.log(`  - ${name}: broken off`);
  else if (code === 0)
    console.log(`  ✓ ${name}${counted ? `: ${counted[1]} passed` : ""}, ${seconds}`);
  else console.log(`${output.trimEnd()}\n  ✗ ${name}, ${seconds}`);
  return code === 0;
}
