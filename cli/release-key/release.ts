import { onlyVisitorsOf } from "../../config/proxies.ts";
import type { EnvironmentName } from "../../config/schema.ts";
import type { Order } from "../deploy/options.ts";
import { FailedError, RefusedError } from "../errors.ts";
import { Git } from "../git/git.ts";
import { afterWork, beforeDeploy } from "../hooks.ts";
import { type Outcome, summary, verify } from "../outcome.ts";
import { hostNames, loadProject, type Project } from "../project.ts";
import { checkRelease } from "../release/release.ts";
import type { Session } from "../session.ts";
import { type History, readHistory, readSlots, type Slot, servingIn } from "../vm/answers.ts";
import { whoWorks } from "../who.ts";
import { Gate } from "./gate.ts";
import type { Pass } from "./pass.ts";
import { sourceOf } from "./source.ts";

/** What a key may see. */
interface Seen {
  slots: Slot[];
  /** Stage's, oldest first. */
  history: History[];
}

/** Asks what runs, and what stage has served. */
export async function seenBy(gate: Gate, environment: EnvironmentName): Promise<Seen> {
  const answer = await gate.ask(environment, ["seen"]);
  return { slots: readSlots(answer), history: readHistory(answer) };
}

/** Releases another image with the files that the VM has: all that a release key can do. */
export async function releaseByKey(session: Session, order: Order, pass: Pass): Promise<void> {
  const { environment } = order;
  refuseMore(order);
  session.print(`Onebox releases ${environment}, by a release key`);
  const project = await loadProject(session.root, session.configFile);
  const gate = new Gate(session, pass);
  const { steps } = session;
  let previous = "";
  const { image, commit } = await steps.run("image", async (step) => {
    const seen = await seenBy(gate, environment);
    previous = servingIn(seen.slots, environment)?.release ?? "";
    const found = await imageOf(session, order, seen);
    step.note = found.image.slice(-71, -52);
    return found;
  });
  const by = await whoWorks(session);
  const { address } = pass;
  const facts = { project, environment, address, previous, by };
  await beforeDeploy(session, { ...facts, release: undefined });
  const source = sourceOf(session.root, project, environment);
  const signature = session.invocation.environment.SIGNATURE || "-";
  const words = ["release", image, commit, by, source, signature];
  try {
    const said = await steps.run("release", (step) => gate.ask(environment, words, step));
    const release = checkRelease({ name: nameIn(said), image, commit });
    const hosts = hostNames(project, environment);
    await see(session, { project, environment, hosts, release, address });
    await afterWork(session, "after-deploy", "served", { ...facts, release });
  } catch (error) {
    if (error instanceof FailedError)
      await afterWork(session, "after-deploy", "failed", { ...facts, release: undefined });
    throw error;
  }
}

/** The release's name, as the VM has told. */
export function nameIn(said: string): string {
  const [, name] = /^onebox: release (\S+)$/m.exec(said) ?? [];
  if (name === undefined) throw new FailedError("the VM does not say what it has released");
  return name;
}

/** Sees as a visitor that it serves, where visitors may come directly: the VM has seen it through its Traefik. */
export async function see(session: Session, outcome: Outcome): Promise<void> {
  if (isDirect(outcome.project)) {
    await session.steps.run("verify", (step) => verify(outcome, step));
  }
  session.print(summary(session, outcome));
}

const isDirect = ({ config }: Project): boolean => onlyVisitorsOf(config).length === 0;

function refuseMore({ canary, unproven, fromBackup, upgrade, agreed }: Order): void {
  const more =
    canary ?? (unproven || fromBackup || upgrade || agreed.mayRestart || agreed.mayReplace[0]);
  if (!more) return;
  throw new RefusedError("a release key takes no other option than --image and --wait");
}

async function imageOf(
  { root, processes }: Session,
  { environment, reference }: Order,
  { slots, history }: Seen,
): Promise<{ image: string; commit: string }> {
  if (environment === "stage") {
    if (reference === undefined) {
      throw new RefusedError("a release key builds nothing: name an image by digest with --image");
    }
    return { image: reference, commit: await new Git(root, processes).run(["rev-parse", "HEAD"]) };
  }
  const found =
    reference === undefined
      ? servingIn(slots, "stage")
      : history.findLast(({ image }) => image.split("@")[1] === reference.split("@")[1]);
  if (found === undefined) throw new RefusedError("stage has never served such an image");
  return found;
}
