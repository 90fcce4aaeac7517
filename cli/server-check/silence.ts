import type { OpenCloud } from "../cloud.ts";
import { FailedError } from "../errors.ts";
import { ApiError, CloudApi } from "../hcloud/api.ts";
import { askObjects } from "../hcloud/objects.ts";
import type { Project } from "../project.ts";
import { whyUnreachable } from "./objects.ts";

/** Waits for a VM's answer; where there is none, the error says what the Cloud API knows of the server. */
export async function explained<T>(
  { project }: { project: OpenCloud | Project },
  answer: Promise<T>,
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof FailedError)) throw error;
    const reasons = "token" in project ? await reasonsFor(project) : [];
    if (project.config.ssh !== undefined) reasons.push(notAllowed);
    const keys = /host key/i.test(error.message) ? [lostKeys] : [];
    const [next] = [...keys, ...reasons];
    if (next === undefined) throw error;
    throw new FailedError(error.message, { next, cause: error });
  }
}

/** What helps when the VM shows a host key that is not certified, as after it was rebuilt days after it was made. */
const lostKeys =
  "if the server was rebuilt or reinstalled, put a new one in its place, which keeps address and data: " +
  "scripts/terraform.sh server apply -replace=hcloud_server.server, then deploy stage and prod";

const notAllowed =
  "ssh.allow in onebox.config.ts must hold this computer's address; once it does, a deploy opens the firewall";

async function reasonsFor({ cloud, config, token }: OpenCloud): Promise<string[]> {
  try {
    return whyUnreachable(await askObjects(new CloudApi(cloud.endpoint, token), config.name));
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}
