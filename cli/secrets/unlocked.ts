import { statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../config/check.ts";
import type { EnvironmentName } from "../../config/schema.ts";
import type { DeploySecrets } from "../../config/secrets.ts";
import { cloudAsKnown } from "../cloud.ts";
import { ProblemsError, RefusedError } from "../errors.ts";
import type { Project } from "../project.ts";
import type { Session } from "../session.ts";
import { type PublicKeys, prepareSsh } from "../vm/ssh.ts";
import { SecretsError } from "./error.ts";
import { unlock } from "./unlock.ts";

/** What a run has of the secrets. */
export interface Unlocked {
  deploy: DeploySecrets;
  keys: PublicKeys;
}

/** Decrypts what it takes to reach the VM, and an environment's secrets where one is named. */
export async function unlockFor(
  session: Session,
  { config, cloud }: Project,
  environment?: string,
): Promise<Unlocked> {
  const { root, secrets: directory, processes } = session;
  warnOfPlainText(session, environment);
  const deploy = await unlockOrRefuse({ root, directory, config, cloud, environment });
  return { deploy, keys: await prepareSsh(directory, config.name, processes) };
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

/** Warns of what is edited in plain text and not encrypted yet: a command uses the encrypted file. */
export function warnOfPlainText(
  session: Pick<Session, "root" | "say">,
  environment?: string,
): void {
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
