import { problemsOf } from "../backups/health.ts";
import { findWeakness } from "../backups/protection.ts";
import { lookAtCertificates } from "../certificates.ts";
import { commandError, StepError } from "../errors.ts";
import { Bucket } from "../objects/bucket.ts";
import { environments } from "../options.ts";
import { plainText } from "../plain-text.ts";
import { backs } from "../release/environment.ts";
import { readBackupSecrets } from "../release/parts.ts";
import { type Access, lookThrough } from "../server.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import type { Survey } from "../vm/answers.ts";
import { bringRecords } from "./dns.ts";
import type { Order } from "./options.ts";

/** Brings our zones up to date, and sees that each record is there. Name servers may take a moment. */
export async function seeRecords(session: Session, access: Access, order: Order): Promise<void> {
  const { project, server } = access;
  if (project.config.dns === undefined) return;
  await session.steps.run("dns", async (step) => {
    const wrong = await bringRecords(access, order.patience, step);
    if (wrong.length > 0) fail(session, "dns", wrong, step);
    step.note = `each host resolves to ${server.address}`;
  });
}

/** Sees that every host has a certificate, and that none is about to end. */
export async function seeCertificates(
  session: Session,
  access: Access,
  { environment }: Order,
): Promise<void> {
  const { project, server } = access;
  if (project.config.https === undefined) return;
  await session.steps.run("certificates", async (step) => {
    step.progress("asking each host");
    const { address } = server;
    const via = lookThrough(access);
    const told = await lookAtCertificates({ project, environment, address, via, patience: 60 });
    const bad = told.filter(({ good }) => !good).map(({ line }) => line);
    if (bad.length > 0) fail(session, "certificates", bad, step);
    step.note = "each host has a certificate";
  });
}

/** Says what is wrong with the backups; that keeps nobody from deploying. */
export function warnOfBackups(
  session: Pick<Session, "say">,
  survey: Pick<Survey, "backups"> | undefined,
  { environment }: Pick<Order, "environment">,
): void {
  for (const state of survey?.backups ?? []) {
    if (state.environment !== environment) continue;
    for (const problem of problemsOf(state, new Date()))
      session.say(`  ! ${environment}: ${problem}`);
  }
}

/** Says so where whoever takes over the VM could destroy its backups. */
export async function warnOfLogin(session: Session, { project }: Access): Promise<void> {
  const { config, cloud } = project;
  if (!backs(config) || cloud.backups === undefined) return;
  const bucket = new Bucket(cloud.backups, readBackupSecrets(session.secrets));
  const weakness = await findWeakness(bucket, config.name).catch(
    (error: unknown) => commandError(error).message,
  );
  if (weakness !== undefined) session.say(`  ! backups: ${weakness} (docs/backups.md)`);
}

/** Says which other environments were deployed once, where the server had none before this deploy: it was made anew. */
export async function warnOfOthers(
  session: Pick<Session, "say" | "steps">,
  { terraform }: Pick<Access, "terraform">,
  survey: Pick<Survey, "slots"> | undefined,
  { environment }: Pick<Order, "environment">,
): Promise<void> {
  const isStanding = (name: string) => environments.some((each) => each === name);
  if (survey === undefined || survey.slots.some((slot) => isStanding(slot.environment))) return;
  for (const other of environments) {
    if (other === environment) continue;
    const known = await session.steps
      .quietly(other, async ({ output }) => {
        await terraform.init(other, output);
        return terraform.resources(other);
      })
      .catch(() => []); // what was deployed serves, whatever that state is like
    if (known.length > 0)
      session.say(`  ! ${other} is not on this server yet: scripts/deploy.sh ${other}`);
  }
}

function fail(session: Session, step: string, reasons: string[], { output }: Step): never {
  for (const reason of reasons) output(`${reason}\n`);
  throw new StepError(step, reasons.map(plainText), session.log.begin());
}
