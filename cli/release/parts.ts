import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../config/cloud.ts";
import type { Config } from "../../config/schema.ts";
import type { BackupSecrets, RegistryLogin } from "../../config/secrets.ts";
import type { EnvEntry } from "../env/read.ts";
import { registryConfig } from "../registry/docker-config.ts";
import { refuseOtherDatabase } from "./backed-up.ts";
import type { Environment } from "./environment.ts";
import type { Parts } from "./files.ts";
import { refuseOwnServices } from "./services.ts";

/** Where what a release is made of lies. */
interface Sources {
  /** The repository's top directory. */
  root: string;
  /** The private directory that cli/secrets/unlock.ts has filled. */
  secrets: string;
  config: Config;
  cloud: Cloud;
}

/** Reads what a release of an environment is made of. */
export function gatherParts(
  { root, secrets, config, cloud }: Sources,
  environment: Environment,
): Parts {
  refuseOwnServices(root, Object.values(environment.compose));
  const json = (name: string) => JSON.parse(readFileSync(join(secrets, name), "utf8"));
  const compose = Object.entries(environment.compose).map(([name, file]) => [
    name,
    readFileSync(join(root, file), "utf8"),
  ]);
  const texts: Record<string, string> = Object.fromEntries(compose);
  const backed = texts["backups.yml"];
  if (backed !== undefined) refuseOtherDatabase(texts["compose.yml"] ?? "", backed);
  const login = json("pull_login.json") as RegistryLogin | null;
  const backupsOf = () => {
    const { name, backups: settings, server } = config;
    const { backups: objects } = cloud;
    if (settings === undefined || objects === undefined) return undefined;
    const login = readBackupSecrets(secrets);
    return { settings, objects, secrets: login, name, volumeSize: server.volumeSize };
  };
  return {
    app: config.app,
    environment,
    compose: texts,
    variables: json("variables.json") as EnvEntry[],
    login: registryConfig(cloud.repository, login ?? undefined),
    backups: backed === undefined ? undefined : backupsOf(),
  };
}

/** The login of the backups, and their key. */
export const readBackupSecrets = (secrets: string): BackupSecrets =>
  JSON.parse(readFileSync(join(secrets, "backups.json"), "utf8"));

/** Keys the names of files: some of them are secret. */
export const readSalt = (secrets: string): string =>
  readFileSync(join(secrets, "hash_salt"), "utf8");
