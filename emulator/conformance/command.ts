import { refuse } from "../end.ts";
import { table } from "../table.ts";
import { type Api, createApi } from "./api.ts";
import { cases } from "./cases.ts";
import { costOf } from "./cost.ts";
import { HELP, parseOptions, type Target } from "./options.ts";
import { withOwnCloud } from "./own-cloud.ts";
import { compare, readRecording } from "./recording.ts";
import { type Outcome, runCases } from "./run.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Throws when the calls may cost more than is allowed, or the API does not answer. */
async function allow(api: Api, { endpoint, maxCost }: Target): Promise<void> {
  const { status, body } = await api.ask("GET", "/pricing");
  if (status !== 200) throw new Error(`GET ${endpoint}/pricing is answered with ${status}`);
  const cost = costOf(cases, body.pricing);
  if (cost > maxCost) {
    throw new Error(
      `the calls may cost ${cost.toFixed(2)} ${body.pricing.currency}, more than ${maxCost}`,
    );
  }
  say(`costs at most ${cost.toFixed(2)} ${body.pricing.currency}`);
}

async function run(api: Api): Promise<Outcome> {
  const interrupted = new AbortController();
  const interrupt = () => {
    say("interrupted: removing what was made");
    interrupted.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  const recording = readRecording();
  const look = (ask: string, body: object | null) => compare(recording, ask, body);
  try {
    return await runCases(cases, api, look, interrupted.signal);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

function report({ differences, left, asked }: Outcome): void {
  const rows = differences.map((each) => [
    each.assumption,
    each.call,
    each.what,
    each.expected,
    each.answered,
  ]);
  for (const line of table(["assumption", "call", "what", "expected", "answered"], rows)) say(line);
  for (const path of left) say(`left: ${path}`);
  say(`${asked} of ${cases.length} cases asked, ${differences.length} differences`);
  if (differences.length > 0 || left.length > 0 || asked < cases.length) process.exitCode = 1;
}

/** What is asked for, and the API where it is to be asked, unless that is an emulator's own. Throws what it is refused for. */
async function prepare(): Promise<{ help: boolean; api: Api | null }> {
  const { help, target } = parseOptions(process.argv.slice(3));
  if (target === null) return { help, api: null };
  const api = createApi(target.endpoint, target.token);
  await allow(api, target);
  return { help, api };
}

const prepared = await prepare().catch(refuse);
if (prepared?.help) process.stdout.write(HELP);
else if (prepared) report(await (prepared.api ? run(prepared.api) : withOwnCloud(run)));
