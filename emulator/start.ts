import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { end, refuse } from "./end.ts";
import { giveBack } from "./give-back.ts";
import { HELP, type Options, parseOptions } from "./options.ts";
import { Refusal } from "./refusal.ts";

function options(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (cause) {
    throw new Refusal((cause as Error).message);
  }
}

/** Node's own way to make those above it tries without end where none can be made, as in /proc. */
function makeDirectory(path: string): void {
  try {
    for (const each of missing(resolve(path))) mkdirSync(each, { mode: 0o700 });
    mkdirSync(path, { recursive: true }); // refuses what is there and is none
  } catch (cause) {
    throw new Refusal(`--data: ${(cause as Error).message}`);
  }
}

const missing = (path: string): string[] =>
  existsSync(path) ? [] : [...missing(dirname(path)), path];

async function start(): Promise<void> {
  const chosen = options();
  if (chosen.help) {
    process.stdout.write(HELP);
    return;
  }
  makeDirectory(chosen.data);
  const { serve } = await import("./serve.ts"); // what is refused or explained needs none of it
  process.stdout.on("error", () => {}); // who read the log may be gone; the cloud stays
  const { endpoint, stop } = await serve(chosen, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`listening at ${endpoint}; the token is in ${chosen.data}/cloud.json\n`);
  giveBack();
  const page = new URL("/", endpoint);
  process.stdout.write(`status page at ${page}; its token is control_token there\n`);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void stop().then(() => end(0)));
  }
}

try {
  await start();
} catch (cause) {
  if (!(cause instanceof Refusal)) throw cause;
  refuse(cause);
}
