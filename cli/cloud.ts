import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveCloud } from "../config/cloud.ts";
import type { DeploySecrets } from "../config/secrets.ts";
import { RefusedError } from "./errors.ts";
import { ApiError, CloudApi } from "./hcloud/api.ts";
import { isAlive } from "./left.ts";
import { startLocalCa } from "./local-ca/start.ts";
import { cloudDirectory, readLocalCloud } from "./local-cloud/identity.ts";
import { localBackupSecrets, provideObjects } from "./local-cloud/objects.ts";
import { runningCloud, startLocalCloud } from "./local-cloud/start.ts";
import { removeLocalCloud, stopLocalCloud } from "./local-cloud/stop.ts";
import type { Project } from "./project.ts";
import type { Session } from "./session.ts";
import type { Step } from "./steps.ts";

/** A cloud that can be asked. */
export interface OpenCloud extends Project {
  /** Token of the Hetzner Cloud API. */
  token: string;
  /** Token of the project with the DNS zones. */
  zonesToken: string;
}

/** The tokens for the cloud, and where it is; asks nobody. */
export function cloudAsKnown(session: Session, project: Project, deploy: DeploySecrets): OpenCloud {
  const { config } = project;
  if (config.cloud !== "local") {
    return { ...project, token: deploy.token, zonesToken: deploy.dnsToken || deploy.token };
  }
  const { token } = readLocalCloud(session.root) ?? { token: "" };
  writeFileSync(join(session.secrets, "dns_token"), token);
  const hash = createHash("sha256").update(token).digest("hex");
  writeFileSync(join(session.secrets, "dns_token_hash"), `${hash}\n`);
  const backups = localBackupSecrets(session.root, deploy);
  writeFileSync(join(session.secrets, "backups.json"), JSON.stringify(backups));
  return { config, cloud: resolveCloud(config, session.root), token, zonesToken: token };
}

/** Sees that the API answers and takes the token. The local cloud is started, unless it runs. */
export async function openCloud(
  session: Session,
  project: Project,
  deploy: DeploySecrets,
  step: Step,
): Promise<OpenCloud> {
  const { config } = project;
  if (config.cloud === "local") await provideLocalCloud(session, project, step);
  const open = cloudAsKnown(session, project, deploy);
  if (config.cloud !== "local") await ask(open);
  step.note = `${config.cloud} ${open.cloud.endpoint ?? "https://api.hetzner.cloud/v1"}`;
  return open;
}

/** For commands that need nothing of the cloud but its registry: the local one is started, unless it runs. */
export async function openCloudsRegistry(
  session: Session,
  project: Project,
  step: Step,
): Promise<Project> {
  const { config } = project;
  if (config.cloud !== "local") return project;
  await provideLocalCloud(session, project, step);
  return { config, cloud: resolveCloud(config, session.root) };
}

/** For commands that only look: refuses where the VM cannot answer, because the cloud on this computer is stopped. */
export function needCloud({ config }: Project, root: string): void {
  if (config.cloud !== "local") return;
  const { pid } = readLocalCloud(root) ?? {};
  if (pid == null || !isAlive(pid)) {
    throw new RefusedError("the local cloud is stopped; run: scripts/cloud.sh start");
  }
}

async function ask({ cloud, token }: OpenCloud): Promise<void> {
  try {
    await new CloudApi(cloud.endpoint, token).count("locations");
  } catch (error) {
    if (error instanceof ApiError) throw new RefusedError(error.message, { cause: error });
    throw error;
  }
}

async function provideLocalCloud(session: Session, { config }: Project, step: Step): Promise<void> {
  const { root, environment } = session;
  step.progress("starting the local cloud");
  if ((await runningCloud(root)) === undefined) await startLocalCloud(session, step);
  if (config.backups !== undefined) await provideObjects(session, config.backups.bucket, step);
  if (config.https !== undefined) await startLocalCa(cloudDirectory(root), environment);
}

/** After everything was destroyed: the local cloud ends with its last server, and is forgotten with its last volume. */
export async function leaveCloud(
  session: Session,
  { config, cloud, token }: OpenCloud,
  step: Step,
): Promise<void> {
  step.note = "nothing of ours is left";
  if (config.cloud !== "local") return;
  const api = new CloudApi(cloud.endpoint, token);
  const [servers, volumes] = [await api.count("servers"), await api.count("volumes")];
  if (servers > 0) step.note = "goes on: it has other servers";
  else if (volumes === 0) await removeLocalCloud(session, step.output);
  else {
    await stopLocalCloud(session, step.output);
    step.note = "stopped; the volume is kept";
  }
}
