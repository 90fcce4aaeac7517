import { randomBytes } from "node:crypto";
import type { EnvironmentName } from "../../config/schema.ts";
import { handOver } from "../deploy/deliver.ts";
import { readAppEnv } from "../env/check.ts";
import { FailedError, RefusedError } from "../errors.ts";
import { lastLine } from "../last-line.ts";
import { loginOf } from "../release/data-login.ts";
import { type DatabaseLogin, databaseLogin, withLogin } from "../release/database-login.ts";
import { standing } from "../release/environment.ts";
import { prepareRelease } from "../release/prepare.ts";
import { releaseIn } from "../release/release.ts";
import { agree, useRelease } from "../release/serving.ts";
import { randomText } from "../secrets/new.ts";
import { unlockEnvironment } from "../secrets/unlocked.ts";
import { lookAtVm, type VmAccess } from "../server.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { servingIn } from "../vm/answers.ts";
import type { Vm } from "../vm/vm.ts";
import { whoWorks } from "../who.ts";
import { withAppValue } from "./env-value.ts";
import { keepText } from "./keep.ts";

/** All that serve, one after another. @returns what the user has to know */
export async function rotateDatabases(
  session: Session,
  { project, vm }: VmAccess,
): Promise<string> {
  if (!project.config.app.database) return "app.database is false: there is no login of a database";
  const slots = await vm.slots();
  const serving = (["stage", "prod"] as const).filter(
    (name) => servingIn(slots, name) !== undefined,
  );
  // Each has to find what the one before has kept.
  for (const name of serving) await rotateDatabase(session, await lookAtVm(session), name);
  return "a rollback to an earlier release makes its login valid again: rotate it once more then";
}

/**
 * Gives an environment's app another login of its database. What serves is released once more, with it: until that
 * serves, both are good, and once the one before is drained, the old one is refused.
 */
async function rotateDatabase(
  session: Session,
  access: VmAccess,
  environment: EnvironmentName,
): Promise<void> {
  const { steps } = session;
  const { vm, project } = access;
  const serving = await needServing(vm, environment);
  const { app } = project.config;
  let old: DatabaseLogin[] = [];
  let used: DatabaseLogin | undefined;
  const login = { name: `app_${randomBytes(4).toString("hex")}`, password: randomText(32) };
  await steps.run("login", async (step) => {
    step.progress(`encrypting .env.${environment}`);
    await keepText(session, `.env.${environment}`, (text) => {
      const exchanged = exchangeLogin(text, environment, login);
      const usedOf = (from: string) =>
        loginOf(app, readAppEnv(from, { environment, database: true }));
      used = usedOf(exchanged.text);
      // What serves may be from before an app had a login other than its database's owner.
      old = [usedOf(text) ?? exchanged.old, exchanged.old];
      return exchanged.text;
    });
    await unlockEnvironment(session, project, environment);
    step.note = `${environment}'s app is ${(used ?? login).name} from its next release on`;
  });
  const by = await whoWorks(session);
  const release = await steps.run("release", async (step) => {
    const of = standing(project.config, project.cloud, environment);
    const prepared = prepareRelease(session, access, of, releaseIn(serving), { by });
    await handOver(vm, prepared, { environment, patience: 0 }, step);
    step.note = `release ${prepared.name}`;
    return prepared;
  });
  await steps.run("old-login", async (step) => {
    await waitUntilDrained(vm, environment, project.config.app.drain, step);
    for (const each of old) await needRefusal(vm, environment, each, used ?? login);
    step.note = `the database of ${environment} refuses ${[...new Set(old.map(({ name }) => name))].join(" and ")}`;
  });
  await steps.run("state", async (step) => {
    useRelease(session, access, environment, release, { by });
    await agree(access, environment, release, step);
  });
}

/** The env file's text with another login, and the one that it had. */
export function exchangeLogin(
  text: string,
  environment: EnvironmentName,
  login: DatabaseLogin,
): { text: string; old: DatabaseLogin } {
  const entries = readAppEnv(text, { environment, database: true });
  const old = databaseLogin(entries);
  if (old === undefined) {
    throw new RefusedError(
      `.env.${environment}: DATABASE_URL is not one that Onebox knows, postgres://app:PASSWORD@db:5432/app; rotate it by hand (docs/secrets.md)`,
    );
  }
  const url = entries.findLast(({ key }) => key === "DATABASE_URL")?.value ?? "";
  return { text: withAppValue(text, environment, "DATABASE_URL", withLogin(url, login)), old };
}

async function needServing(vm: Vm, environment: EnvironmentName) {
  const slots = await vm.slots();
  if (slots.some((slot) => slot.environment === environment && slot.role === "canary"))
    throw new RefusedError(
      `a canary of ${environment} is running; end it first: scripts/promote.sh or scripts/rollback.sh ${environment}`,
    );
  const serving = servingIn(slots, environment);
  if (serving === undefined)
    throw new RefusedError(`${environment} serves nothing; its next deploy has what .env holds`);
  const { code } = await vm.run("test -e /opt/onebox/host/release/logins.sh", { codes: "any" });
  if (code !== 0)
    throw new RefusedError(
      `the VM's programs are older than this command; run: scripts/deploy.sh ${environment}`,
    );
  return serving;
}

/** What the previous release has under way goes on with the old login. */
async function waitUntilDrained(
  vm: Vm,
  environment: EnvironmentName,
  { streams, requests }: { streams: number; requests: number },
  step: Step,
): Promise<void> {
  step.progress("waiting until the previous release is drained");
  const seconds = streams + requests + 120;
  const wait = `for _ in $(seq ${seconds}); do systemctl is-active -q onebox-drain-${environment} || exit 0; sleep 1; done; exit 1`;
  const { code } = await vm.run(wait, { codes: "any" });
  if (code === 0) return;
  throw new FailedError(`the previous release was not drained within ${seconds} s`, {
    next: `both logins are good until it is: scripts/ssh.sh systemctl status onebox-drain-${environment}`,
  });
}

/** Logs in as the app does, by the network. */
export async function needRefusal(
  vm: Pick<Vm, "run">,
  environment: EnvironmentName,
  old: DatabaseLogin,
  login: DatabaseLogin,
): Promise<void> {
  const good = await logIn(vm, environment, login);
  if (good.code !== 0)
    throw new FailedError(`the database does not accept the new login: ${lastLine(good.stderr)}`);
  const refused = await logIn(vm, environment, old);
  if (refused.code === 0 || !/password authentication failed/.test(refused.stderr)) {
    throw new FailedError(
      `the database may still accept the old login: ${lastLine(refused.stderr)}`,
      { next: "run this again" },
    );
  }
  const others = await letIn(vm, environment, login);
  if (others !== "")
    throw new FailedError(`the database may still accept older logins: ${others}`, {
      next: "run this again",
    });
}

/** Who is let in beside a login. After a run that was broken off, the env file's old one is none that ever served. */
async function letIn(vm: Pick<Vm, "run">, environment: string, { name }: DatabaseLogin) {
  const sql = `SELECT rolname FROM pg_roles WHERE rolname ~ '^app(_[0-9a-f]{8})?$' AND rolname <> '${name}'
AND rolcanlogin AND rolvaliduntil IS DISTINCT FROM 'epoch'`;
  const psql = `docker exec -i onebox-${environment}-database psql -U onebox -d postgres -qAtX`;
  const { code, stdout, stderr } = await vm.run(psql, { input: sql, codes: "any" });
  return code === 0 ? stdout.trim().split("\n").join(", ") : `nobody can tell, ${lastLine(stderr)}`;
}

function logIn(vm: Pick<Vm, "run">, environment: string, { name, password }: DatabaseLogin) {
  const psql = `IFS= read -r PGPASSWORD; export PGPASSWORD; exec psql -h "$(hostname -i | cut -d " " -f 1)" -U ${name} -d app -qAtXc "SELECT 1"`;
  return vm.run(`docker exec -i onebox-${environment}-database sh -c '${psql}'`, {
    input: `${password}\n`,
    codes: "any",
  });
}
