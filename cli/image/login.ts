import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../project.ts";
import { registryConfig } from "../registry/docker-config.ts";
import { unlockOrRefuse } from "../secrets/unlocked.ts";
import type { Session } from "../session.ts";

/**
 * Provides the login of the registry: that of the environment (REGISTRY_USER and REGISTRY_PASSWORD), for a machine that
 * builds images and has no GPG key, or else that of .env.
 */
export async function logIn(session: Session, project: Project): Promise<void> {
  const { root, secrets: directory, environment } = session;
  const { REGISTRY_USER: user, REGISTRY_PASSWORD: password = "" } = environment;
  if (!user) {
    await unlockOrRefuse({ root, directory, ...project });
    return;
  }
  const config = registryConfig(project.cloud.repository, { user, password });
  mkdirSync(join(directory, "docker"), { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, "docker/config.json"), JSON.stringify(config), { mode: 0o600 });
}
