import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { onlyVisitorsOf } from "../config/proxies.ts";
import { cloudAsKnown, needCloud, type OpenCloud, openCloud } from "./cloud.ts";
import { cacheDirectory } from "./environment.ts";
import { RefusedError } from "./errors.ts";
import { findEarly, findServer } from "./locate.ts";
import { isUntouched, loadProject, type Project } from "./project.ts";
import { unlockFor } from "./secrets/unlocked.ts";
import type { Session } from "./session.ts";
import { setUp } from "./set-up.ts";
import { synthesise } from "./synth.ts";
import type { Terraform } from "./terraform/terraform.ts";
import { makeBootstrapKey } from "./vm/ssh.ts";
import type { Vm } from "./vm/vm.ts";

/** What a command works with that has to do with the server. */
export interface Access {
  project: OpenCloud;
  terraform: Terraform;
  /** undefined: there is no server yet. */
  vm: Vm | undefined;
  /** What the server's stack has told of the server. */
  server: ServerFacts;
}

/** The same where there is a server. */
export type VmAccess = Access & { vm: Vm };

export interface ServerFacts {
  /** By which Hetzner knows it; "" before it was told so. */
  id: string;
  address: string;
  address6: string;
  /** The definition that it was made by. */
  applied: string;
}

/**
 * For commands that only look: opens the way to the VM, and starts nothing.
 *
 * @returns without `vm` and `terraform` when nothing can have been deployed from this clone
 */
export async function lookAtServer(
  session: Session,
): Promise<Access | { project: Project; vm: undefined }> {
  const project = await loadProject(session.root, session.configFile);
  if (isUntouched(project, session.root)) return { project, vm: undefined };
  const { steps } = session;
  if (!existsSync(join(cacheDirectory(session.environment), "bin/terraform")))
    await setUp(session, true);
  const unlocked = await steps.quietly("secrets", () => unlockFor(session, project));
  const open = cloudAsKnown(session, project, unlocked.deploy);
  await steps.quietly("synth", (step) => synthesise(session, open, step.output));
  const access = await findServer(session, open, unlocked);
  if (access.vm !== undefined) needCloud(open, session.root);
  return access;
}

/** As lookAtServer, for commands that make no sense without a server. */
export async function lookAtVm(session: Session): Promise<VmAccess> {
  return withVm(await lookAtServer(session));
}

/** Refuses when there is no server. */
export function withVm(access: Access | { project: Project; vm: undefined }): VmAccess {
  if (access.vm === undefined) throw noServer(access.project);
  return { ...access, vm: access.vm };
}

/** Where backups are made, there may have been one that is gone. */
function noServer({ config }: Pick<Project, "config">): RefusedError {
  const lost = "; if it was lost with its data: scripts/deploy.sh prod --from-backup";
  const kept = config.backups === undefined ? "" : lost;
  return new RefusedError(`there is no server yet; run: scripts/deploy.sh stage${kept}`);
}

/** Whether something may have been deployed from this clone: no local cloud is started to find that out. */
export async function mayBeDeployed(session: Session): Promise<boolean> {
  return mayHold(await loadProject(session.root, session.configFile), session);
}

function mayHold(project: Project, { root, directory }: Session): boolean {
  // A local cloud that is there may hold what Terraform's state has lost.
  return existsSync(join(directory, "cloud/cloud.json")) || !isUntouched(project, root);
}

/** Refuses where nothing can have been deployed from this clone. */
export async function needDeployed(session: Session): Promise<void> {
  const project = await loadProject(session.root, session.configFile);
  if (!mayHold(project, session)) throw noServer(project);
}

/** Through whom visitors' answers are looked at: the VM, where its firewall lets nobody but proxies in. */
export function lookThrough({ project, vm }: Pick<Access, "project" | "vm">): Vm | undefined {
  return onlyVisitorsOf(project.config).length > 0 ? vm : undefined;
}

/** How a command that works with the server opens the way there. */
interface OpenOptions {
  /** Whose secrets are wanted besides: an environment, or "preview". */
  environment?: string;
  /** Only what goes wrong, or takes long, is shown. */
  quiet?: boolean;
  /** Is told of the VM as soon as it is known where it is, which may be before all is open. */
  found?: (vm: Vm) => void;
  /** Opens another cloud than the configured one. */
  cloud?: typeof openCloud;
}

/** For commands that work: provides the tools, unlocks the secrets, starts the local cloud and finds the server. */
export async function openServer(session: Session, options: OpenOptions = {}): Promise<Access> {
  return openServerOf(session, await provide(session, options.quiet), options);
}

/** As openServer, for commands that make no sense without a server. */
export async function openVm(session: Session, options: OpenOptions = {}): Promise<VmAccess> {
  await needDeployed(session);
  return withVm(await openServer(session, options));
}

/** Has the tools provided, and loads the configuration meanwhile. */
export async function provide(session: Session, quiet = false): Promise<Project> {
  const loaded = loadProject(session.root, session.configFile);
  loaded.catch(() => {}); // what is wrong with it is said afterwards
  await setUp(session, quiet);
  return loaded;
}

/** The same where the tools are there and the configuration is known. */
export async function openServerOf(
  session: Session,
  project: Project,
  { environment, quiet = false, found: tell, cloud = openCloud }: OpenOptions,
): Promise<Access> {
  const { steps, processes } = session;
  const step: typeof steps.run = (name, work) =>
    quiet ? steps.quietly(name, work) : steps.run(name, work);
  const unlocked = await step("secrets", async (step) => {
    step.note = "decrypted for this run";
    return unlockFor(session, project, environment);
  });
  const bootstrapped = makeBootstrapKey(session.secrets, project.config.name, processes);
  bootstrapped.catch(() => {}); // whoever waits for it hears of it
  const early = findEarly(session, project, unlocked);
  early.then((access) => access?.vm && tell?.(access.vm));
  const open = await step("cloud", (step) => cloud(session, project, unlocked.deploy, step));
  const anew = await step("synth", async (step) => {
    const made = await synthesise(session, open, step.output);
    step.note = made ? "" : "as before";
    return made;
  });
  const found = anew ? undefined : await early;
  const same = found !== undefined && isDeepStrictEqual(found.project, open);
  const access = same ? found : await findServer(session, open, unlocked);
  const bootstrap = await bootstrapped;
  Object.assign(access.terraform.variables, {
    bootstrap_host_key: bootstrap.key,
    bootstrap_host_certificate: bootstrap.certificate,
  });
  return access;
}
