// The program behind scripts/test.sh: arguments in, exit code out.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadConfig, root } from "../../config/load.ts";
import { amount } from "../support/sample.ts";
import { readArguments, UsageError, type Wishes } from "./arguments.ts";
import { renderList } from "./report.ts";
import { forgetRepository, Revisions } from "./revisions.ts";
import { Run } from "./run.ts";
import { seedOf } from "./sampling.ts";
import type { Suite } from "./suites/suite.ts";
import { mayBreak, suites, suitesFor, suitesOf, suitesWithoutDemo } from "./suites.ts";
import { readTimes, timesIn } from "./times.ts";

const HELP = `Usage: scripts/test.sh [options] [SUITE…]

Runs the tests: lint, types, unit tests, and what needs machines, from a clone to a local cloud of its own.
Installs what it needs; leaves nothing running, however it ends.

  SUITE             only these, such as: unit kill; --list names all
  --fast            lint, types and unit tests
                    neither: everything that a change can break; of large spaces, a sample
  --long            all of them: every kill point, every fault, 30 previews, 100,000 requests
  --seed N          chooses the samples as an earlier run did, which has printed it; else the commit does
  --changed [BASE]  only the suites of what has changed since BASE; else since this branch left
                    origin/main, or since the commit before
  --continue        leaves out what has passed before with the same samples and settings, if nothing
                    has changed since but other suites' tests
  --list            names the suites, with the time that each took last
  --watch           waits for changes, and runs the format check, the types and the fast tests of what
                    changed; a test that is being written runs alone
  --help            this text

The last line counts: "N passed, N failed". Exit codes: 0 all passed; 1 something failed; 2 wrong usage.
`;

forgetRepository(process.env);
process.umask(0o022); // as a user's terminal has it: some tests start programs as another user

const revisions = new Revisions(root);

/** The suites that are asked for, but for those of server/ where another app has taken its place. */
async function chooseFor(wishes: Wishes): Promise<Suite[]> {
  const chosen = choose(wishes);
  if (await isDemo()) return chosen;
  const kept = suitesWithoutDemo(chosen);
  if (kept.length === 0 && chosen.length > 0) {
    throw new UsageError("these suites test with server/, and onebox.config.ts names another app");
  }
  const left = chosen.filter((suite) => !kept.includes(suite)).map(({ name }) => name);
  if (left.length > 0)
    console.log(
      `left out, because they test with server/, and onebox.config.ts names another app: ${left.join(", ")}`,
    );
  return kept;
}

/** Whether it is still the link shortener that is deployed. */
async function isDemo(): Promise<boolean> {
  const dockerfile = "server/Dockerfile";
  if (!existsSync(join(root, dockerfile))) return false;
  const config = await loadConfig(join(root, "onebox.config.ts")).catch(() => undefined);
  return config === undefined || config.app.dockerfile === dockerfile; // the tests say what is wrong with it
}

/** The suites that are asked for. */
function choose({ tier, changed, suites: names }: Wishes): Suite[] {
  if (names.length > 0) return suites.filter(({ name }) => names.includes(name));
  if (changed === undefined) return suitesOf(tier);
  const base = changed === true ? revisions.base() : revisions.commit(changed);
  const files = revisions.changedSince(base);
  const chosen = suitesFor(files, suitesOf(tier));
  console.log(`since ${base.slice(0, 7)} ${files.length} files have changed`);
  return chosen;
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(HELP);
    return 0;
  }
  const wishes = readArguments(
    args,
    suites.map(({ name }) => name),
  );
  if (wishes.action === "list") {
    console.log(renderList(suites, readTimes(timesIn(root))));
    return 0;
  }
  const chosen = await chooseFor(wishes);
  checkAmounts(chosen);
  setUp();
  if (wishes.action === "watch") {
    await import("../watch/main.ts"); // until Ctrl-C
    return 0;
  }
  const seed = wishes.seed ?? seedOf(revisions.head());
  const files = (suite: Suite) => revisions.digest(mayBreak(suite));
  return new Run(root, wishes.tier, seed, files).run(chosen, wishes.goesOn);
}

/** Sees that what is set by hand of samples can be read: not all of them have an end. @throws UsageError */
function checkAmounts(chosen: Suite[]): void {
  const most = chosen.flatMap(({ sample }) => Object.entries(sample?.long ?? {}));
  for (const [name, long] of most) {
    try {
      amount(name, 1, long === "all");
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
  }
}

/** Brings what the tests need, and has the programs that they start run on the pinned Node too. */
function setUp(): void {
  const { status } = spawnSync(join(root, "scripts/setup.sh"), ["local", "--tests"], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status !== null && status < 128 ? 1 : 130); // it has said why, or was interrupted
  process.env.PATH = `${join(root, "node_modules/.bin")}:${process.env.PATH}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`test.sh: ${error.message}`);
  process.exitCode = 2;
}
