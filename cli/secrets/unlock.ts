import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../config/check.ts";
import type { Cloud } from "../../config/cloud.ts";
import type { Config } from "../../config/schema.ts";
import { checkAppSecrets, checkDeploySecrets, type DeploySecrets } from "../../config/secrets.ts";
import { readAppEnv, readDeployEnv } from "../env/check.ts";

import { type EnvEntry, readEnv } from "../env/read.ts";
import { registryConfig } from "../registry/docker-config.ts";

import { withOwnKeys } from "./local-keys.ts";
import { PRACTICE_FILE, practiceKeyring } from "./private-directory.ts";
import { recipientsOf, setsIn } from "./sets.ts";
import { practiceProblems } from "./shipped.ts";
import { SecretStore } from "./store.ts";

type Env = Record<string, string>;

/** Whose secrets are wanted, and where they go. */
export interface Wanted {
  root: string;
  /** Private directory; a keyring for the practice identity stays in its gnupg/. */
  directory: string;
  config: Config;
  cloud: Cloud;
  /** stage, prod or preview: the app's secrets too. */
  environment?: string | undefined;
}

/**
 * Decrypts .env and the environment's env file, checks them, then writes into the directory, mode 0600, what programs
 * read: one file per value, so that no secret is ever part of a command line.
 *
 * @throws ConfigError with every problem at once; SecretsError when a file cannot be decrypted
 */
export async function unlock(wanted: Wanted): Promise<DeploySecrets> {
  const { root, directory, config, cloud, environment = "" } = wanted;
  const store = new SecretStore(root, await practiceKeyring(root, directory));
  // One after another: at the first use of a key, gpg's agent (2.2) writes its file anew, and a second use then
  // reads half of it.
  const own = await store.decrypt(".env");
  // Previews may have no secrets of their own but those that the VM makes.
  const needless = environment === "preview" && !store.has(".env.preview");
  const text =
    environment === "" || needless ? undefined : await store.decrypt(`.env.${environment}`);
  const env = readDeployEnv(own, config.app.buildSecrets);
  const checked = checkDeploySecrets(env, config);
  if (config.cloud !== "local") await refusePractice({ env, text, ...wanted });
  const deploy =
    config.cloud === "local" ? withOwnKeys(checked, env, { root, name: config.name }) : checked;
  const write = writerInto(directory);
  writeDeploySecrets(deploy, cloud.repository, write);
  if (environment !== "") {
    const variables = readVariables(text ?? new Uint8Array(), config, environment);
    write("variables.json", JSON.stringify(variables));
  }
  return deploy;
}

/** By which Terraform notices that a secret changed. */
function salted(salt: string, text: string): string {
  return createHmac("sha256", salt).update(text).digest("hex");
}

type Write = (name: string, text: string) => void;

function writerInto(directory: string): Write {
  return (name, text) => {
    const file = join(directory, name);
    mkdirSync(join(file, ".."), { mode: 0o700, recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
  };
}

function writeDeploySecrets(deploy: DeploySecrets, repository: string, write: Write): void {
  write("hcloud_token", deploy.token);
  write("dns_token", deploy.dnsToken);
  write("dns_token_hash", salted(deploy.hashSalt, deploy.dnsToken));
  write("deploy_key", deploy.deployKey);
  write("ca_key", deploy.hostCaKey);
  write("webhook_secret", deploy.webhookSecret);
  write("backups.json", JSON.stringify(deploy.backups));
  write("state_access_key", deploy.stateAccessKey);
  write("state_secret_key", deploy.stateSecretKey);
  write("hash_salt", deploy.hashSalt);
  for (const [key, value] of Object.entries(deploy.build)) write(`build/${key}`, value);
  write("pull_login.json", JSON.stringify(deploy.pull ?? null));
  write("docker/config.json", JSON.stringify(registryConfig(repository, deploy.registry)));
  write("pull/config.json", JSON.stringify(registryConfig(repository, deploy.pull)));
}

/** The environment's variables, checked. */
export function readVariables(text: Uint8Array, config: Config, environment: string): EnvEntry[] {
  const entries = readAppEnv(text, { environment, database: config.app.database !== false });
  const values = Object.fromEntries(entries.map(({ key, value }) => [key, value]));
  checkAppSecrets(values, config, environment);
  return entries;
}

/** Refuses secrets that everybody knows, before they get to a real cloud. */
async function refusePractice({
  root,
  env,
  text,
  environment = "",
}: Wanted & { env: Env; text: Uint8Array | undefined }): Promise<void> {
  const app = text === undefined ? [] : readEnv(text).entries;
  const problems = practiceProblems({
    identity: existsSync(join(root, PRACTICE_FILE)),
    recipients: (await recipientsOf(setsIn(root))).map(({ fingerprint }) => fingerprint),
    files: {
      ".env": env,
      [`.env.${environment}`]: Object.fromEntries(app.map(({ key, value }) => [key, value])),
    },
  });
  if (problems.length > 0) throw new ConfigError(problems);
}
