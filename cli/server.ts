import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ConfigError } from "../config/check.ts";
import type { EnvironmentName } from "../config/schema.ts";
import type { DeploySecrets } from "../config/secrets.ts";
import { cloudAsKnown, needCloud, type OpenCloud, openCloud } from "./cloud.ts";
import { cacheDirectory } from "./environment.ts";
import { ExitError, ProblemsError, RefusedError } from "./errors.ts";
import { isUntouched, loadProject, type Project } from "./project.ts";
import { SecretsError } from "./secrets/error.ts";
import { unlock } from "./secrets/unlock.ts";
import type { Session } from "./session.ts";
import { isSynthesised, synthesise } from "./synth.ts";
import { Terraform } from "./terraform/terraform.ts";
import { makeBootstrapKey, type PublicKeys, prepareSsh } from "./vm/ssh.ts";
import { Vm } from "./vm/vm.ts";

/** What a command works with that has to do with the server. */
export interface Access {
  project: OpenCloud;
  terraform: Terraform;
  /** undefined: there is no server yet. */
  vm: Vm | undefined;
  /** What the server's stack has told of the server. */
  server: ServerFacts;
}

export interface ServerFacts {
  address: string;
  address6: string;
  /** The definition that it was made by. */
  applied: string;
}

interface Unlocked {
  deploy: DeploySecrets;
  keys: PublicKeys;
}

/**
 * For commands that only look: opens what leads to the VM, and starts nothing.
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
  const access = await find(session, open, unlocked);
  if (access.vm !== undefined) needCloud(open, session.root);
  return access;
}

/** As lookAtServer, for commands that make no sense without a server. */
export async function lookAtVm(session: Session): Promise<Access & { vm: Vm }> {
  return withVm(await lookAtServer(session));
}

/** Refuses when there is no server. */
export function withVm(access: Access | { vm: undefined }): Access & { vm: Vm } {
  if (access.vm === undefined) {
    throw new RefusedError("there is no server yet; run: scripts/deploy.sh stage");
  }
  return { ...access, vm: access.vm };
}

/** How a command that works with the server opens what leads there. */
export interface OpenOptions {
  /** Whose secrets are wanted besides: an environment, or "preview". */
  environment?: string;
  /** Only what goes wrong, or takes long, is shown. */
  quiet?: boolean;
  /** Is told of the VM as soon as it is known where it is, which may be before all is open. */
  found?: (vm: Vm) => void;
}

/** For commands that work: provides the tools, unlocks the secrets, starts the local cloud and finds the server. */
export async function openServer(session: Session, options: OpenOptions = {}): Promise<Access> {
  return openServerOf(session, await provide(session, options.quiet), options);
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
  { environment, quiet = false, found: tell }: OpenOptions,
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
  const open = await step("cloud", (step) => openCloud(session, project, unlocked.deploy, step));
  const anew = await step("synth", async (step) => {
    const made = await synthesise(session, open, step.output);
    step.note = made ? "" : "as before";
    return made;
  });
  const found = anew ? undefined : await early;
  const same = found !== undefined && isDeepStrictEqual(found.project, open);
  const access = same ? found : await find(session, open, unlocked);
  const bootstrap = await bootstrapped;
  Object.assign(access.terraform.variables, {
    bootstrap_host_key: bootstrap.key,
    bootstrap_host_certificate: bootstrap.certificate,
  });
  return access;
}

/** Has scripts/setup.sh provide what is missing. */
export async function setUp(session: Session, quiet: boolean, cloud?: "hetzner"): Promise<void> {
  const { root, processes } = session;
  const env = quiet ? { ONEBOX_QUIET_SETUP: "1" } : {};
  const code = await processes.attach(join(root, "scripts/setup.sh"), cloud ? [cloud] : [], {
    env,
  });
  if (code !== 0) throw new ExitError(code); // it has said why
}

/** Decrypts an environment's secrets too, for a command that works with more than one. */
export async function unlockEnvironment(
  session: Session,
  project: Project,
  environment: EnvironmentName,
): Promise<void> {
  warnOfPlainText(session, environment);
  const { root, secrets: directory } = session;
  const deploy = await unlockOrRefuse({ root, directory, ...project, environment });
  cloudAsKnown(session, project, deploy); // the cloud's own token takes its place again
}

async function unlockFor(
  session: Session,
  { config, cloud }: Project,
  environment?: string,
): Promise<Unlocked> {
  const { root, secrets: directory, processes } = session;
  warnOfPlainText(session, environment);
  const deploy = await unlockOrRefuse({ root, directory, config, cloud, environment });
  return { deploy, keys: await prepareSsh(directory, config.name, processes) };
}

/** Unlocks secrets; what is wrong with them ends the command. */
export async function unlockOrRefuse(wanted: Parameters<typeof unlock>[0]): Promise<DeploySecrets> {
  try {
    return await unlock(wanted);
  } catch (error) {
    if (error instanceof ConfigError) throw new ProblemsError(error.problems);
    if (error instanceof SecretsError) throw new RefusedError(error.message, { cause: error });
    throw error;
  }
}

function warnOfPlainText(session: Session, environment?: string): void {
  const age = (name: string) =>
    statSync(join(session.root, name), { throwIfNoEntry: false })?.mtimeMs;
  for (const name of [".env", ...(environment === undefined ? [] : [`.env.${environment}`])]) {
    const [plain, sealed] = [age(name), age(`${name}.gpg`)];
    if (plain === undefined || (sealed !== undefined && plain <= sealed)) continue;
    session.say(
      `  ! ${name} is newer than ${name}.gpg, which is what gets used: scripts/secrets.sh hide takes it over`,
    );
  }
}

/** Begins to ask where the server is, beside other work, where that depends on nothing that is still to be made. */
async function findEarly(
  session: Session,
  project: Project,
  unlocked: Unlocked,
): Promise<Access | undefined> {
  try {
    const known = cloudAsKnown(session, project, unlocked.deploy);
    if (!isSynthesised(known, session.root)) return undefined;
    return await find(session, known, unlocked);
  } catch {
    return undefined; // then it is asked again, and what is wrong is said
  }
}

async function find(session: Session, open: OpenCloud, unlocked: Unlocked): Promise<Access> {
  const { root, directory, environment, processes, secrets } = session;
  const { deploy, keys } = unlocked;
  const terraform = new Terraform(
    {
      ...{ root, directory, secrets },
      cache: cacheDirectory(environment),
      name: `${open.config.cloud}-${open.config.name}`,
      token: (stack) => (stack === "dns" ? open.zonesToken : open.token),
      stateAccessKey: deploy.stateAccessKey,
      stateSecretKey: deploy.stateSecretKey,
    },
    processes,
  );
  const tokenHash = readFileSync(join(secrets, "dns_token_hash"), "utf8").trim();
  Object.assign(terraform.variables, {
    deploy_key_file: join(secrets, "deploy_key"),
    deploy_public_key: keys.deploy,
    host_ca: keys.hostCa,
    dns_token_file: join(secrets, "dns_token"),
    dns_token_hash: tokenHash,
    definition: terraform.definition("server", keys.deploy, keys.hostCa, tokenHash),
  });
  return { project: open, terraform, ...(await locate(session, terraform)) };
}

/** Where the server is now, and what leads there. */
export async function locate(
  session: Session,
  terraform: Terraform,
): Promise<Pick<Access, "vm" | "server">> {
  const { processes, secrets, log } = session;
  const server = await findServer(terraform, (text) => log.write(text));
  const vm = server.address === "" ? undefined : new Vm(server.address, secrets, processes);
  if (vm !== undefined) session.onClose(() => vm.close());
  return { vm, server };
}

const address = z.union([z.ipv4(), z.literal("")]).catch("");
const facts = z.object({
  address,
  address6: z.union([z.ipv6(), z.literal("")]).catch(""),
  applied: z
    .string()
    .regex(/^[0-9a-f]*$/)
    .catch(""),
});

/** Asks the server's stack where the server is, and tells the other stacks. */
export async function findServer(
  terraform: Terraform,
  output: (text: string) => void,
): Promise<ServerFacts> {
  const found = facts.parse(await terraform.outputs("server", output));
  Object.assign(terraform.variables, { address: found.address, address6: found.address6 });
  return found;
}
