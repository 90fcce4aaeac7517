import { closeSync, existsSync, openSync, renameSync, rmSync } from "node:fs";
import type { Command } from "commander";
import type { EnvironmentName } from "../../config/schema.ts";
import { ask } from "../ask.ts";
import { ExitError, FailedError, RefusedError } from "../errors.ts";
import { parseTask } from "../options.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import type { Vm } from "../vm/vm.ts";

const actions = ["shell", "dump", "load", "size"] as const;
type Action = (typeof actions)[number];

interface Options extends CommonOptions {
  copy?: string;
  yes?: boolean;
}

interface Task {
  session: Session;
  vm: Vm;
  environment: EnvironmentName;
  /** The database's container. */
  container: string;
  file: string;
  options: Options;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("stage|prod shell|dump|load|size [FILE] [options]")
    .argument("[environment]", "stage or prod")
    .argument("[action]", actions.join(", "))
    .argument("[file]", "of dump and load")
    .option("--copy <NAME>", "what scripts/restore.sh --into NAME has made, not the live database")
    .option("--yes", "with load: do not ask")
    .addHelpText(
      "after",
      `
  shell   opens psql as the app's own role
  dump    writes the app's database into FILE, in pg_dump's custom format
  load    puts the database of such a FILE in the place of the app's: all of it, or nothing
  size    shows how large the database and its largest tables are

Nothing passes a password: psql runs beside the database. Exit codes: 0 done; 1 failed; 2 wrong usage or not confirmed.`,
    )
    .action((first?: string, second?: string, file?: string, options: Options = {}) => {
      const { environment, action } = parseTask([first, second], actions);
      const takesFile = action === "dump" || action === "load";
      if (takesFile !== (file !== undefined)) {
        throw new RefusedError(takesFile ? `${action} needs a file` : `${action} takes no file`);
      }
      if (options.yes && action !== "load") throw new RefusedError("--yes belongs to load");
      if (options.copy !== undefined && action === "load") {
        throw new RefusedError("--copy does not belong to load");
      }
      return withSession(invocation, options, async (session) => {
        const { vm } = await lookAtVm(session);
        const container = containerOf(environment, options.copy);
        await tasks[action]({ session, vm, environment, container, file: file ?? "", options });
      });
    });
}

const tasks: Record<Action, (task: Task) => Promise<void>> = { shell, dump, load, size };

async function shell({ vm, container }: Task): Promise<void> {
  const terminal = process.stdin.isTTY ? "-it" : "-i";
  const command = ["docker", "exec", terminal, container, "psql", "-U", "app", "-d", "app"];
  const code = await vm.attach(process.stdin.isTTY ? ["-t", ...command] : command);
  if (code !== 0) throw new ExitError(code === 255 ? 1 : code);
}

/** Into a file of another name first: what breaks off is not taken for a dump. */
async function dump({ session, vm, container, file }: Task): Promise<void> {
  if (existsSync(file)) throw new RefusedError(`${file} is there already`);
  const part = `${file}.part`;
  await session.steps.run("dump", async (step) => {
    const output = openSync(part, "w", 0o600);
    try {
      const command = `docker exec ${container} pg_dump -U app -d app -Fc`;
      if ((await vm.stream(command, { output })) !== 0) throw new FailedError("pg_dump failed");
      renameSync(part, file);
    } finally {
      closeSync(output);
      rmSync(part, { force: true });
    }
    step.note = file;
  });
}

async function load({ session, vm, environment, container, file, options }: Task): Promise<void> {
  if (!existsSync(file)) throw new RefusedError(`${file} is not there`);
  if (!options.yes) {
    if (!process.stdin.isTTY) throw new RefusedError("say --yes when nobody can be asked");
    session.say(`This puts what ${file} holds in the place of all data of ${environment}.`);
    const answer = await ask(`Type "${environment}" to go on: `, session.invocation.stderr);
    if (answer !== environment) throw new RefusedError("not confirmed; nothing was touched");
  }
  await session.steps.run("load", async (step) => {
    const input = openSync(file, "r");
    try {
      const restore =
        "pg_restore -U app -d app --clean --if-exists --no-owner --single-transaction";
      if ((await vm.stream(`docker exec -i ${container} ${restore}`, { input })) !== 0) {
        throw new FailedError("pg_restore failed; the data are as they were");
      }
    } finally {
      closeSync(input);
    }
    step.note = `${environment} has the data of ${file}`;
  });
}

const SIZES = `SELECT 'all of it' AS "what", pg_size_pretty(pg_database_size(current_database())) AS "size"
UNION ALL (SELECT relid::regclass::text, pg_size_pretty(pg_total_relation_size(relid))
FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC LIMIT 10)`;

async function size({ session, vm, container }: Task): Promise<void> {
  const command = `docker exec -i ${container} psql -U app -d app -q -P footer=off`;
  session.print((await vm.run(command, { input: SIZES })).stdout.trimEnd());
}

function containerOf(environment: EnvironmentName, copy: string | undefined): string {
  if (copy === undefined) return `onebox-${environment}-database`;
  if (/^[a-z0-9-]{1,20}$/.test(copy)) return `onebox-${environment}-copy-${copy}`;
  throw new RefusedError("--copy needs a name as scripts/restore.sh --into takes it");
}
