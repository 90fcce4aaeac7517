import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { EnvironmentName } from "../../config/schema.ts";
import { ask } from "../ask.ts";
import { loadDump } from "../backups/load.ts";
import { needNextMajor } from "../backups/major.ts";
import { renderUpgradePage } from "../brief-page.ts";
import { orderOf } from "../deploy/options.ts";
import { needDump, needPlaceForDump, writeDump } from "../dump-file.ts";
import { ExitError, RefusedError } from "../errors.ts";
import { isFile } from "../is-file.ts";
import { runOperation } from "../operation.ts";
import { parseTask } from "../options.ts";
import { withAftermath } from "../outcome.ts";
import type { Project } from "../project.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import { operate } from "../vm/operate.ts";
import type { Vm } from "../vm/vm.ts";
import { whoWorks } from "../who.ts";
import { deploy } from "./deploy.ts";

const actions = ["shell", "dump", "load", "size", "copy", "upgrade"] as const;
type Action = (typeof actions)[number];

/** SQL of the user's own: what is left of prod's data by it gets to stage. */
const ANONYMISE = "hooks/anonymise.sql";

interface Options extends CommonOptions {
  copy?: string;
  back?: boolean;
  yes?: boolean;
}

interface Task {
  session: Session;
  project: Project;
  vm: Vm;
  environment: EnvironmentName;
  /** The database's container. */
  container: string;
  file: string;
  options: Options;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("stage|prod shell|dump|load|size|copy|upgrade [FILE|ENVIRONMENT] [options]")
    .argument("[environment]", "stage or prod")
    .argument("[action]", actions.join(", "))
    .argument("[file]", "of dump and load; of copy: the other environment")
    .option(
      "--copy <NAME>",
      "use the copy that scripts/restore.sh --into NAME made, not the live database",
    )
    .option("--back", "with upgrade: return to the data and the release from before it")
    .option("--yes", "with load, copy and upgrade --back: do not ask")
    .addHelpText(
      "after",
      `
  shell   opens psql as the app's own role
  dump    writes the app's database into FILE, in pg_dump's custom format
  load    replaces the app's database with that of such a FILE: all of it, or nothing
  size    shows how large the database and its largest tables are
  copy    "prod copy stage": replaces stage's data with prod's, after hooks/anonymise.sql has run on a copy
  upgrade deploys with the next major version of Postgres that docker-compose.yml names, and carries the data over;
          visitors see the maintenance page. The data from before are kept for a day, for upgrade --back

No password is passed: psql runs beside the database. Exit codes: 0 done; 1 failed; 2 wrong usage or not confirmed;
3 somebody else is at work on the environment.`,
    )
    .action((first?: string, second?: string, file?: string, options: Options = {}) => {
      const { environment, action } = parseTask([first, second], actions);
      refuseOptions(environment, action, file, options);
      refuseFiles(invocation.root, action, file ?? "");
      const container = containerOf(environment, options.copy);
      return withSession(invocation, options, async (session) => {
        const { vm, project } = await lookAtVm(session);
        await needDatabase(vm, environment, container, options.copy);
        await tasks[action]({
          session,
          project,
          vm,
          environment,
          container,
          file: file ?? "",
          options,
        });
      });
    });
}

const tasks: Record<Action, (task: Task) => Promise<void>> = {
  shell,
  dump,
  load,
  size,
  copy,
  upgrade,
};

/** @throws RefusedError */
function refuseOptions(
  environment: EnvironmentName,
  action: Action,
  file: string | undefined,
  options: Options,
): void {
  const takesFile = action === "dump" || action === "load";
  if (action === "copy" && (environment !== "prod" || file !== "stage"))
    throw new RefusedError(
      "only prod's data can be copied, and only to stage: scripts/db.sh prod copy stage",
    );
  if (action !== "copy" && takesFile !== (file !== undefined)) {
    throw new RefusedError(takesFile ? `${action} needs a file` : `${action} takes no file`);
  }
  const replaces = action === "load" || action === "copy";
  const back = options.back ?? false;
  if (back && action !== "upgrade") throw new RefusedError("--back belongs to upgrade");
  if (options.yes && !replaces && !back)
    throw new RefusedError("--yes belongs to load, copy and upgrade --back");
  if (options.copy !== undefined && (replaces || action === "upgrade"))
    throw new RefusedError(`--copy does not belong to ${action}`);
}

/** Looks at the files here before anything else. @throws RefusedError */
function refuseFiles(root: string, action: Action, file: string): void {
  if (action === "dump") needPlaceForDump(file);
  if (action === "load") needDump(file);
  if (action === "copy" && !isFile(join(root, ANONYMISE)))
    throw new RefusedError(
      `${ANONYMISE} is missing: SQL that takes out of a copy what is not to get to stage (docs/database.md)`,
    );
}

/** A copy that the VM's last start has not brought back is started. @throws RefusedError where there is no such database */
async function needDatabase(
  vm: Vm,
  environment: EnvironmentName,
  container: string,
  copy: string | undefined,
): Promise<void> {
  const ready = `timeout 60 sh -c 'until docker exec ${container} pg_isready -q -h /var/run/postgresql; do sleep 0.2; done'`;
  const look =
    copy === undefined
      ? `docker inspect ${container}`
      : `docker start ${container} && { ${ready} || true; }`;
  const { code } = await vm.run(`${look} >/dev/null 2>&1`, { codes: "any" });
  if (code === 0 || code === 255) return; // without a connection, what comes next says why
  if (copy === undefined) throw new RefusedError(`${environment} has no database on the VM yet`);
  throw new RefusedError(
    `${environment} has no copy ${copy}; scripts/restore.sh ${environment} --into ${copy} makes one`,
  );
}

async function shell({ vm, container }: Task): Promise<void> {
  const terminal = process.stdin.isTTY ? "-it" : "-i";
  const command = ["docker", "exec", terminal, container, "psql", "-U", "app", "-d", "app"];
  const code = await vm.attach(process.stdin.isTTY ? ["-t", ...command] : command);
  if (code !== 0) throw new ExitError(code === 255 ? 1 : code);
}

async function dump({ session, vm, container, file }: Task): Promise<void> {
  await session.steps.run("dump", async (step) => {
    const command = `docker exec ${container} pg_dump -U app -d app -Fc`;
    await writeDump(file, (output) => vm.stream(command, { output }));
    step.note = file;
  });
}

async function load({ session, vm, environment, file, options }: Task): Promise<void> {
  await confirm(session, environment, `what ${file} holds`, options);
  try {
    await loadDump(session, vm, environment, file);
  } catch (error) {
    throw await withAftermath(error, environment, vm);
  }
}

/** Has the VM do it: what is not anonymous stays there. */
async function copy({ session, vm, environment: from, options }: Task): Promise<void> {
  await confirm(session, "stage", "prod's data, made anonymous,", options);
  const by = await whoWorks(session);
  const place = "/run/onebox/stage";
  const sql = readFileSync(join(session.root, ANONYMISE));
  // Who copies at the same time brings SQL there, too.
  const checksum = createHash("sha256").update(sql).digest("hex");
  try {
    await session.steps.run("copy", async (step) => {
      const take = `umask 077 && mkdir -p ${place} && cat >${place}/copy.sql.$$ && mv ${place}/copy.sql.$$ ${place}/copy.sql`;
      await vm.run(take, { input: sql });
      const order = { environment: "stage", action: "copy", patience: 0, by } as const;
      const said = await operate(vm, { ...order, arguments: [from, checksum] }, step);
      step.note = said.lines.findLast((line) => line.includes("anonymous")) ?? "";
    });
  } catch (error) {
    throw await withAftermath(error, "stage", vm);
  }
}

/** Deploys with the data carried over; or rolls back to those from before. */
async function upgrade({ session, project, vm, environment, options }: Task): Promise<void> {
  if (!options.back) {
    await needNextMajor(session.root, vm, environment);
    await deploy(session, { ...orderOf(environment, {}), upgrade: true });
    return;
  }
  await confirm(session, environment, "what was there before the upgrade", options);
  const place = `/run/onebox/${environment}`;
  const input = renderUpgradePage(project, environment);
  await vm.run(`install -d -m 0700 ${place} && cat >${place}/upgrade.page`, { input });
  await runOperation(session, {
    ...{ environment, action: "rollback", hook: "after-rollback", patience: 0 },
    title: `rolls ${environment} back to the Postgres from before the upgrade`,
    arguments: ["--database"],
  });
}

async function confirm(
  session: Session,
  environment: EnvironmentName,
  what: string,
  { yes = false }: Options,
): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new RefusedError("say --yes when nobody can be asked");
  session.say(`This replaces all data of ${environment} with ${what}.`);
  const answer = await ask(`Type "${environment}" to continue: `, session.invocation.stderr);
  if (answer !== environment) throw new RefusedError("not confirmed; nothing was touched");
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
