import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveCloud } from "../config/cloud.ts";
import type { DeploySecrets } from "../config/secrets.ts";
import { RefusedError } from "./errors.ts";
import { ApiError, CloudApi } from "./hcloud/api.ts";
import { isAlive } from "./left.ts";
import { readLocalCloud } from "./local-cloud/identity.ts";
import { localBackupSecrets, readObjects } from "./local-cloud/objects-login.ts";
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
  if (config.cloud === "local") await startLocal(session, project, step);
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
  await startLocal(session, project, step);
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

/** What starts one is loaded only then: commands that only look need none of it. */
async function startLocal(session: Session, { config }: Project, step: Step): Promise<void> {
  const { provideLocalCloud } = await import("./local-cloud/provide.ts");
  await provideLocalCloud(session, config, step);
}

/** After everything was destroyed: the local cloud ends with its last server, and is forgotten with its last volume. */
export async function leaveCloud(
  session: Session,
  { config, cloud, token }: OpenCloud,
  step: Step,
): Promise<void> {
  step.note = "nothing of ours is left";
  if (config.cloud !== "local") return;
  const { removeLocalCloud, stopLocalCloud } = await import("./local-cloud/stop.ts");
  const api = new CloudApi(cloud.endpoint, token);
  const [servers, volumes] = [await api.count("servers"), await api.count("volumes")];
  if (servers > 0) step.note = "goes on: it has other servers";
  else if (volumes === 0 && readObjects(session.root) === undefined)
    await removeLocalCloud(session, step.output);
  else {
    await stopLocalCloud(session, step.output);
    step.note =
      volumes === 0 ? "stopped; the object storage is kept" : "stopped; the volume is kept";
  }
}
