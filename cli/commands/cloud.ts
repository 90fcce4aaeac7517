import { existsSync } from "node:fs";
import { join } from "node:path";
import { Argument, type Command, Option } from "commander";
import { nearest } from "../../config/nearest.ts";
import { ask } from "../ask.ts";
import { ExitError, FailedError, RefusedError } from "../errors.ts";
import { checkAppBucket, provideAppBucket } from "../local-cloud/app-bucket.ts";
import { FAULTS, type Fault, faults } from "../local-cloud/faulty-objects.ts";
import { cloudDirectory, type Driver, drivers, readLocalCloud } from "../local-cloud/identity.ts";
import { mendIdentity, UNKNOWN } from "../local-cloud/legible.ts";
import { provideLocalCloud } from "../local-cloud/provide.ts";
import { runningCloud, startLocalCloud } from "../local-cloud/start.ts";
import { removeLocalCloud, stopLocalCloud } from "../local-cloud/stop.ts";
import { setStorageFault } from "../local-cloud/storage-fault.ts";
import { takeVerbose } from "../options.ts";
import { loadProject } from "../project.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import { setUp } from "../set-up.ts";

/** Commands of the emulator's own, each with a --help of its own. */
const controls = {
  env: 'prints HCLOUD_ENDPOINT, HETZNER_ENDPOINT, HCLOUD_TOKEN and ONEBOX_DNS for: eval "$(scripts/cloud.sh env)"',
  token: "makes tokens: of further projects, and read-only ones",
  fault: "injects faults",
  clock: "shows and moves the cloud's time",
  console: "prints what a server wrote to its console",
};

const NO_FAULT = "none";

const faultsHelp = `
  refuse  takes no connection
  hang    takes requests, and answers none
  slow    answers after five seconds
  full    refuses whatever would be stored; what is there can be read
  cut     breaks off half-way
  clock   refuses all: RequestTimeTooSkewed
  none    works again

What is stored stays as it is. A fault lasts until none, or the local cloud is stopped; a deploy leaves it alone.`;

const bucketHelp = `
It starts the local cloud, unless it runs. The lines that it prints are for an environment's secrets:
scripts/secrets.sh edit stage takes them, and the next deploy brings them to the app. The login reaches that bucket
and no other, the backups' neither (docs/uploads.md). scripts/cloud.sh reset removes all buckets.`;

export function define(command: Command, invocation: Invocation): void {
  const known = [
    "start",
    "stop",
    "reset",
    "status",
    "bucket",
    "storage-fault",
    ...Object.keys(controls),
  ];
  command
    .usage("COMMAND [options]")
    .enablePositionalOptions()
    .helpCommand(false)
    .argument("[command]", "one of those below")
    .action((word: string | undefined) => {
      throw refuseCommand(word, known);
    });
  const run = (options: CommonOptions, work: (session: Session) => Promise<void>) => {
    needLinux(process.platform);
    return withSession(invocation, options, work);
  };
  takeVerbose(command.command("start"), "Docker's")
    .description("starts it, unless it runs; servers that were running start again")
    .addOption(
      new Option(
        "--driver <name>",
        "what servers run in: containers, or virtual machines by QEMU",
      ).choices(drivers),
    )
    .action((options: CommonOptions & { driver?: Driver }) =>
      run(options, (session) => start(session, options.driver)),
    );
  command
    .command("stop")
    .description("stops its servers, its registry and its process; keeps all data")
    .action((options: CommonOptions) => run(options, stop));
  command
    .command("reset")
    .description("removes all of it: servers, volumes, addresses, registry, state")
    .option("--yes", "do not ask")
    .action((options: CommonOptions & { yes?: boolean }) =>
      run(options, (session) => reset(session, options.yes ?? false)),
    );
  command
    .command("status")
    .description("shows what it holds; exit code 1 when it is not running")
    .action((options: CommonOptions) =>
      run(options, (session) =>
        hand(session, "emulator/status.ts", [cloudDirectory(session.root)]),
      ),
    );
  takeVerbose(command.command("bucket"), "Docker's")
    .description("makes a bucket for an app's uploads, and prints its login")
    .argument("<name>", "the bucket's, such as stage-uploads; one that is there stays as it is")
    .addHelpText("after", bucketHelp)
    .action((name: string, options: CommonOptions) =>
      run(options, (session) => printBucket(session, name)),
    );
  takeVerbose(command.command("storage-fault"), "Docker's")
    .description("has the object storage refuse, hang, …, until none")
    .addArgument(
      new Argument("<fault>", "what it does from here on").choices([...faults, NO_FAULT]),
    )
    .addHelpText("after", faultsHelp)
    .action((fault: Fault | typeof NO_FAULT, options: CommonOptions) =>
      run(options, (session) =>
        session.steps.run("storage", async (step) => {
          const wish = fault === NO_FAULT ? undefined : fault;
          await setStorageFault(session, wish, step);
          step.note = wish === undefined ? "works" : FAULTS[wish];
        }),
      ),
    );
  for (const [name, text] of Object.entries(controls)) {
    command
      .command(name)
      .description(text)
      .usage("…")
      .argument("[words...]")
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action((words: string[]) =>
        run({}, (session) =>
          hand(session, "emulator/control/command.ts", [
            cloudDirectory(session.root),
            name,
            ...words,
          ]),
        ),
      );
  }
}

/** What is wrong with a command that there is not. */
export function refuseCommand(word: string | undefined, known: string[]): RefusedError {
  if (word === undefined) return new RefusedError(`which command? ${known.join(", ")} (--help)`);
  const meant = nearest(word, known);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return new RefusedError(`unknown: "${word}"${hint} (--help)`);
}

/** @throws RefusedError on another system than Linux */
export function needLinux(platform: string): void {
  if (platform === "linux") return;
  throw new RefusedError('the local cloud runs on Linux only; cloud: "hetzner" works here');
}

async function start(session: Session, driver: Driver | undefined): Promise<void> {
  const before = readLocalCloud(session.root)?.driver;
  if (before !== undefined && driver !== undefined && driver !== before) {
    const fix = "scripts/cloud.sh reset removes it";
    throw new RefusedError(`this local cloud began with --driver ${before}; ${fix}`);
  }
  const running = await runningCloud(session.root);
  if (running !== undefined) {
    return session.print(`local cloud ${running.id} runs at ${running.endpoint}`);
  }
  await session.steps.run("local cloud", async (step) => {
    step.note = (await startLocalCloud(session, step, driver)).endpoint;
  });
}

async function printBucket(session: Session, name: string): Promise<void> {
  const { config } = await loadProject(session.root, session.configFile);
  checkAppBucket(name, config);
  await setUp(session, true, { objects: true });
  const lines = await session.steps.quietly("bucket", async (step) => {
    await provideLocalCloud(session, config, step);
    return provideAppBucket(session, name, step);
  });
  for (const line of lines) session.print(line);
}

async function stop(session: Session): Promise<void> {
  const id = readLocalCloud(session.root)?.id;
  if (id === undefined) return;
  await session.steps.quietly("stop", ({ progress, output }) => {
    progress("stopping its servers");
    return stopLocalCloud(session, output);
  });
  session.print(`local cloud ${id} is stopped; scripts/cloud.sh start brings it back`);
}

async function reset(session: Session, yes: boolean): Promise<void> {
  const { root } = session;
  if (!existsSync(cloudDirectory(root))) return session.print("there is no local cloud");
  const damage = damageOf(root);
  if (damage !== undefined) session.say(`  ! ${damage}`);
  const which = damage === undefined ? (readLocalCloud(root)?.id ?? "") : "of this clone";
  if (!yes) {
    const question = `This removes every server, volume and address of local cloud ${which}, with their data. Type yes: `;
    const answer = await ask(question, session.invocation.stderr);
    if (answer !== "yes") throw new RefusedError("nothing was removed");
  }
  const unknown = damage !== undefined && (await mendIdentity(root)) === UNKNOWN;
  await session.steps.quietly("reset", ({ progress, output }) => {
    progress("removing its servers");
    return removeLocalCloud(session, output);
  });
  session.print(`local cloud ${which} is gone`);
  if (unknown)
    session.print(
      "its id was not legible: Docker may still have parts of it among those of all local clouds here: docker ps -a --filter label=onebox.cloud",
    );
}

/** Why cloud.json cannot be read; undefined: it can, or is not there. */
function damageOf(root: string): string | undefined {
  try {
    readLocalCloud(root);
    return undefined;
  } catch (error) {
    if (error instanceof FailedError) return error.message;
    throw error;
  }
}

/** Has a program of the emulator do it, which knows who is called. */
async function hand(
  { root, processes, invocation }: Session,
  program: string,
  args: string[],
): Promise<void> {
  readLocalCloud(root); // a damaged one is told of with what helps
  const env = { ONEBOX_PROGRAM: invocation.program };
  const code = await processes.attach(process.execPath, [join(root, program), ...args], { env });
  if (code !== 0) throw new ExitError(code);
}
