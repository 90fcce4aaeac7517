import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { giveBack } from "./give-back.ts";
import { HELP, type Options, parseOptions } from "./options.ts";

/** Ends with one line and code 2: nothing was touched. */
function refuse(cause: unknown): never {
  const message = cause instanceof Error ? cause.message : String(cause);
  process.stderr.write(`onebox-cloud: ${message.split("\n")[0]}\n`);
  process.exit(2);
}

function options(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (cause) {
    return refuse(cause);
  }
}

/** Node's own way to make those above it tries without end where none can be made, as in /proc. */
function makeDirectory(path: string): void {
  try {
    for (const each of missing(resolve(path))) mkdirSync(each, { mode: 0o700 });
    mkdirSync(path, { recursive: true }); // refuses what is there and is none
  } catch (cause) {
    refuse(`--data: ${cause instanceof Error ? cause.message : cause}`);
  }
}

const missing = (path: string): string[] =>
  existsSync(path) ? [] : [...missing(dirname(path)), path];

const chosen = options();
if (chosen.help) {
  process.stdout.write(HELP);
} else {
  makeDirectory(chosen.data);
  const { Refusal, serve } = await import("./serve.ts"); // what is refused or explained needs none of it
  try {
    process.stdout.on("error", () => {}); // who read the log may be gone; the cloud stays
    const { endpoint, stop } = await serve(chosen, (line) => process.stdout.write(`${line}\n`));
    process.stdout.write(`listening at ${endpoint}; the token is in ${chosen.data}/cloud.json\n`);
    giveBack();
    const page = new URL("/", endpoint);
    process.stdout.write(`status page at ${page}; its token is control_token there\n`);
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => void stop().then(() => process.exit(0)));
    }
  } catch (cause) {
    if (cause instanceof Refusal) refuse(cause);
    throw cause;
  }
}
