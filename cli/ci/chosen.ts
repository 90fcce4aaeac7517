import type { Config, EnvironmentName } from "../../config/schema.ts";
import { CommandError, RefusedError } from "../errors.ts";
import { Git } from "../git/git.ts";
import { loadProject } from "../project.ts";
import { Gate } from "../release-key/gate.ts";
import { readPass } from "../release-key/pass.ts";
import { seenBy } from "../release-key/release.ts";
import { lookAtServer } from "../server.ts";
import type { Session } from "../session.ts";
import { type Slot, servingIn } from "../vm/answers.ts";
import { recordsOf } from "../vm/releases.ts";
import type { Vm } from "../vm/vm.ts";
import { type Choice, chooseRelease, chooseStage } from "./choose.ts";
import { readRunner } from "./runner.ts";

/** What an environment gets. */
export interface Chosen {
  /** By digest. */
  image: string;
  /** What is checked out. */
  commit: string;
  /** "HASH subject" of each commit that is new there, newest first; undefined: not known. */
  changes: string[] | undefined;
}

/**
 * Chooses the image that an environment gets; `nothing` says why there is nothing to do.
 *
 * @throws RefusedError when there is none that it could get
 */
export async function chooseImage(
  session: Session,
  environment: EnvironmentName,
): Promise<Chosen | { nothing: string }> {
  const { root, processes } = session;
  const { config } = await loadProject(root, session.configFile);
  if (config.registry === "none") {
    const who = "scripts/deploy.sh deploys, from a computer that builds";
    return { nothing: `onebox.config.ts says registry: "none": ${who}` };
  }
  const git = new Git(root, processes);
  const commit = await git.run(["rev-parse", "HEAD"]);
  const seen = await look(session, environment);
  const served = servingIn(seen.slots, environment)?.commit;
  const choice =
    environment === "stage"
      ? chooseStage(session.environment.IMAGE, await laterThan(git, commit, served))
      : await chooseProd(session, config, seen, commit);
  if ("refusal" in choice) throw new RefusedError(choice.refusal);
  if ("nothing" in choice) return choice;
  return { ...choice, commit, changes: await changesSince(git, served) };
}

interface Seen {
  /** undefined: there is no server yet. */
  vm: Pick<Vm, "history"> | undefined;
  slots: Slot[];
}

/** What runs now. For stage nobody has to tell: a deploy says what is wrong, or puts it right. */
async function look(session: Session, environment: EnvironmentName): Promise<Seen> {
  const pass = readPass(session.invocation.environment);
  if (pass !== undefined) {
    const { slots, history } = await seenBy(new Gate(session, pass), environment);
    return { vm: { history: async () => history }, slots };
  }
  try {
    const { vm } = await lookAtServer(session);
    vm?.shareConnection();
    return { vm, slots: vm === undefined ? [] : await vm.slots() };
  } catch (error) {
    if (environment === "prod" || !(error instanceof CommandError)) throw error;
    return { vm: undefined, slots: [] };
  }
}

/** What is served, where that holds a commit and more. */
export async function laterThan(
  git: Pick<Git, "find">,
  commit: string,
  served: string | undefined,
): Promise<string | undefined> {
  if (served === undefined || served === commit) return undefined;
  const holds = await git.find(["merge-base", "--is-ancestor", commit, served]);
  return holds === undefined ? undefined : served;
}

export async function chooseProd(
  session: Pick<Session, "environment">,
  config: Pick<Config, "release">,
  seen: Seen,
  commit: string,
): Promise<Choice> {
  const { vm } = seen;
  if (vm === undefined) return { refusal: "there is no server yet; run: scripts/deploy.sh stage" };
  const serving = servingIn(seen.slots, "stage")?.release;
  const stage = recordsOf(await vm.history("stage"), serving);
  return chooseRelease(config.release, readRunner(session.environment), stage, commit);
}

/** undefined: the commit is not in this clone, or there is none. */
export async function changesSince(
  git: Pick<Git, "find">,
  served: string | undefined,
): Promise<string[] | undefined> {
  if (served === undefined) return undefined;
  const range = `${served}..HEAD`;
  const log = await git.find(["log", "--no-merges", "--format=%h %s", range, "--"]);
  return log?.split("\n").filter(Boolean);
}
