import { readFileSync } from "node:fs";
import type { EnvironmentName } from "../config/schema.ts";
import { type CommandError, commandError, FailedError, FaultError } from "./errors.ts";
import { poll } from "./poll.ts";
import { type Project, schemeOf } from "./project.ts";
import type { Release } from "./release/release.ts";
import type { Session } from "./session.ts";
import type { Step } from "./steps.ts";
import { shortCommit } from "./table.ts";
import { judge, PORTS, type Sight, visit } from "./visitor.ts";
import { servingIn } from "./vm/answers.ts";
import type { Vm } from "./vm/vm.ts";

/** What serves where, after the work. */
export interface Outcome {
  project: Project;
  /** stage, prod or preview-SLUG. */
  environment: string;
  /** Every host name that its app answers for, the one that scripts ask first. */
  hosts: [string, ...string[]];
  release: Release;
  /** The server's. */
  address: string;
  /** Whom it is asked through; undefined: it is asked directly, as visitors do. */
  via?: Vm | undefined;
  /** Whether visitors may be asked for a password, or come from other addresses, as with previews. */
  guarded?: boolean;
}

/**
 * Sees that each host answers with the release, as a visitor, through the public address. A canary answers now and
 * then; maintenance always. A certificate that is still to come is waited for.
 */
export async function verify(outcome: Outcome, step: Step): Promise<void> {
  const { project, release, address } = outcome;
  const patience = project.config.https === undefined ? 10_000 : 90_000;
  const [own, ...others] = outcome.hosts;
  for (const host of others) await untilSeen(outcome, host, patience);
  const sight = await untilSeen(outcome, own, patience);
  step.note =
    sight.kind === "maintenance"
      ? `${own} is in maintenance; ${release.name} is behind it`
      : `${own} answers with ${release.name}`;
  step.output(`${own} at ${address}: ${sight.seen}\n`);
}

/**
 * Whether each host answers with the release, or shows the maintenance page. One that does not is asked again for 5 s,
 * because an answer may be late on a busy VM.
 */
export async function isServed(outcome: Outcome): Promise<boolean> {
  const deadline = performance.now() + 5000;
  for (const host of outcome.hosts) {
    const within = deadline - performance.now();
    if ((await lookUntil(outcome, host, within)).kind === "other") return false;
  }
  return true;
}

async function untilSeen(outcome: Outcome, host: string, patience: number): Promise<Sight> {
  const sight = await lookUntil(outcome, host, patience);
  if (sight.kind !== "other") return sight;
  const { project, release, address } = outcome;
  throw new FailedError(
    `${host} at ${address} does not answer 200 on ${project.config.app.readiness} with release ${release.name}, but: ${sight.seen}`,
  );
}

/** What a visitor sees when it is what should be, or the time is over. */
async function lookUntil(outcome: Outcome, host: string, within: number): Promise<Sight> {
  const { project, release, address, via, guarded } = outcome;
  const { roots } = project.cloud.ca;
  const scheme = schemeOf(project);
  const asked = {
    ...{ scheme, host, path: project.config.app.readiness, address },
    socket: await via?.tunnel(PORTS[scheme]),
    roots: project.config.https && roots !== undefined ? readFileSync(roots, "utf8") : undefined,
  };
  const look = async () => judge(await visit(asked), release.name, guarded);
  return poll(look, ({ kind }) => kind !== "other", { within, pause: 100 });
}

/** Adds to a step's failure what users see now, and what to do. */
export function withAftermath(
  error: unknown,
  environment: EnvironmentName,
  vm: Vm | undefined,
): Promise<CommandError> {
  return advise(error, async () => {
    const slots = await vm?.slots().catch(() => undefined);
    const slot = slots && servingIn(slots, environment);
    const serves =
      slot?.state === "running"
        ? `release ${slot.release} (commit ${slot.commit.slice(0, 7)})`
        : slots === undefined
          ? "unknown, as the VM does not answer"
          : "nothing";
    return `currently serving on ${environment}: ${serves}`;
  });
}

/** The same for a preview. */
export function withPreviewsState(
  error: unknown,
  slug: string,
  vm: Vm | undefined,
): Promise<CommandError> {
  return advise(error, async () => {
    const previews = await vm?.previews().catch(() => undefined);
    const found = previews?.find((preview) => preview.slug === slug);
    const state = found && `${found.state}, commit ${found.commit.slice(0, 7)}`;
    return `the preview is now: ${state ?? "not there"}`;
  });
}

/** Adds to a step's failure, where nothing better is known, what `tell` says of now. */
async function advise(thrown: unknown, tell: () => Promise<string>): Promise<CommandError> {
  const error = commandError(thrown);
  if (!(error instanceof FailedError) || error.next) return error;
  const isFault = error instanceof FaultError;
  if (error.step === undefined && !isFault) return error;
  error.serves = await tell();
  const first = isFault ? "report this" : "mend what is named above";
  error.next = `${first} and run this again; nothing has to be cleaned up`;
  return error;
}

/** What a command that has put a release to use says at its end. */
export function summary(session: Session, outcome: Outcome, canary = 0): string {
  const { project, environment, release, address, via } = outcome;
  const { config, cloud } = project;
  const [host] = outcome.hosts;
  const scheme = schemeOf(project);
  const what = canary > 0 ? `sends ${canary} % of its traffic to release` : "serves release";
  const seconds = Math.floor((performance.now() - session.started) / 1000);
  const roots = config.https && cloud.ca.roots;
  // Where only proxies may ask the server, the name points to one.
  const resolve = via === undefined ? `--resolve ${host}:${PORTS[scheme]}:${address} ` : "";
  const url = `${scheme}://${host}${config.app.version || config.app.readiness}`;
  return [
    "",
    `${environment} ${what} ${release.name} (commit ${shortCommit(release.commit)}) after ${seconds} s. Try:`,
    "",
    `  curl ${resolve}${roots ? `--cacert ${roots} ` : ""}${url}`,
    "",
  ].join("\n");
}
