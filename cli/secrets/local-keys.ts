import { spawnSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DeploySecrets } from "../../config/secrets.ts";
import { FailedError } from "../errors.ts";
import { removePath } from "../remove.ts";
import { lastOfGpg } from "./reason.ts";
import { isShipped } from "./shipped.ts";

/**
 * The secrets with SSH keys of the clone's own in the place of those that every clone has: whoever has another one
 * could otherwise become root of the local cloud's servers, which are privileged containers. The keys lie beside the
 * local cloud and go with it. A clone whose server was made with the shipped keys keeps them until it is gone.
 *
 * @param env .env's variables, as they were read
 */
export function withOwnKeys(
  deploy: DeploySecrets,
  env: Record<string, string | undefined>,
  { root, name }: { root: string; name: string },
): DeploySecrets {
  const directory = join(root, ".onebox/cloud/keys");
  const begun = existsSync(join(root, ".onebox/state", name, "server.tfstate"));
  if (begun && !existsSync(directory)) return deploy;
  const own = (key: string, shipped: string) =>
    isShipped(env[key] ?? "") ? keyIn(directory, key) : shipped;
  return {
    ...deploy,
    deployKey: own("DEPLOY_KEY", deploy.deployKey),
    hostCaKey: own("HOST_CA_KEY", deploy.hostCaKey),
  };
}

/** The OpenSSH private key of that name; made when there is none. Of two runs at once, one makes it for both. */
function keyIn(directory: string, name: string): string {
  const file = join(directory, name);
  if (!existsSync(file)) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const work = mkdtempSync(join(directory, "new."));
    try {
      const made = join(work, "key");
      makeKey(made);
      linkSync(made, file); // fails where another run has been quicker
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      removePath(work);
    }
  }
  return readFileSync(file, "utf8");
}

function makeKey(file: string): void {
  const args = ["-q", "-t", "ed25519", "-N", "", "-C", "onebox", "-f", file];
  const { status, error, stderr } = spawnSync("ssh-keygen", args, { encoding: "utf8" });
  if (error !== undefined) throw new FailedError(`ssh-keygen: ${error.message}`, { cause: error });
  if (status !== 0) throw new FailedError(`ssh-keygen: ${lastOfGpg(stderr)}`);
}
