/**
 * Usage: node operator/bin/split-secrets.ts DIR [ENVIRONMENT]
 *
 * Decrypts .env and ENVIRONMENT's env file, checks them, then writes into DIR, mode 0600, what the scripts use: one
 * file per value, so that no secret is ever part of a command line. A keyring for the practice identity stays in
 * DIR/gnupg. Every problem is printed at once. Exit code 2: in a file; 4: a file cannot be decrypted.
 */
import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readAppEnv, readDeployEnv } from "../../cli/env/check.ts";
import { type EnvEntry, readEnv } from "../../cli/env/read.ts";
import { SecretsError } from "../../cli/secrets/error.ts";
import { withOwnKeys } from "../../cli/secrets/local-keys.ts";
import { PRACTICE_FILE, practiceKeyring } from "../../cli/secrets/private-directory.ts";
import { practiceProblems } from "../../cli/secrets/shipped.ts";
import { SecretStore } from "../../cli/secrets/store.ts";
import { ConfigError } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";
import type { Config } from "../../config/schema.ts";
import { checkAppSecrets, checkDeploySecrets, type DeploySecrets } from "../../config/secrets.ts";
import { registryConfig } from "../registry-login.ts";

type Env = Record<string, string>;

const [dir = ".", environment = ""] = process.argv.slice(2);

function write(name: string, text: string): void {
  writeFileSync(join(dir, name), text, { mode: 0o600 });
}

/** By which Terraform notices that a secret changed. */
function salted(salt: string, text: string): string {
  return createHmac("sha256", salt).update(text).digest("hex");
}

function writeDeploySecrets(deploy: DeploySecrets, repository: string): void {
  write("hcloud_token", deploy.token);
  write("dns_token", deploy.dnsToken);
  write("dns_token_hash", salted(deploy.hashSalt, deploy.dnsToken));
  write("deploy_key", deploy.deployKey);
  write("ca_key", deploy.hostCaKey);
  write("webhook_secret", deploy.webhookSecret);
  write("state_access_key", deploy.stateAccessKey);
  write("state_secret_key", deploy.stateSecretKey);
  write("hash_salt", deploy.hashSalt);
  write("pull_login.json", JSON.stringify(deploy.pull ?? null));
  mkdirSync(join(dir, "docker"), { mode: 0o700, recursive: true });
  write("docker/config.json", JSON.stringify(registryConfig(repository, deploy.registry)));
  mkdirSync(join(dir, "pull"), { mode: 0o700, recursive: true });
  write("pull/config.json", JSON.stringify(registryConfig(repository, deploy.pull)));
}

/** The environment's variables, checked. */
function readVariables(text: Uint8Array, config: Config): EnvEntry[] {
  const entries = readAppEnv(text, { environment, database: config.app.database });
  const values = Object.fromEntries(entries.map(({ key, value }) => [key, value]));
  checkAppSecrets(values, config, environment);
  return entries;
}

/** Refuses secrets that everybody knows, before they get to a real cloud. */
async function refusePractice(store: SecretStore, env: Env, text?: Uint8Array): Promise<void> {
  const app = text === undefined ? [] : readEnv(text).entries;
  const problems = practiceProblems({
    identity: existsSync(join(root, PRACTICE_FILE)),
    recipients: (await store.recipients()).map(({ fingerprint }) => fingerprint),
    files: {
      ".env": env,
      [`.env.${environment}`]: Object.fromEntries(app.map(({ key, value }) => [key, value])),
    },
  });
  if (problems.length > 0) throw new ConfigError(problems);
}

async function main(): Promise<void> {
  const config = await loadConfig();
  const store = new SecretStore(root, await practiceKeyring(root, dir));
  // One after another: at the first use of a key, gpg's agent (2.2) writes its file anew, and a second use then
  // reads half of it.
  const own = await store.decrypt(".env");
  // Previews may have no secrets of their own but those that the VM makes.
  const needless = environment === "preview" && !store.has(".env.preview");
  const text =
    environment === "" || needless ? undefined : await store.decrypt(`.env.${environment}`);
  const env = readDeployEnv(own);
  const checked = checkDeploySecrets(env, config);
  if (config.cloud !== "local") await refusePractice(store, env, text);
  const deploy =
    config.cloud === "local" ? withOwnKeys(checked, env, { root, name: config.name }) : checked;
  const { repository } = resolveCloud(config, root);
  writeDeploySecrets(deploy, repository);
  if (environment === "") return;
  write("variables.json", JSON.stringify(readVariables(text ?? new Uint8Array(), config)));
}

try {
  await main();
} catch (error) {
  if (error instanceof ConfigError) for (const problem of error.problems) console.error(problem);
  else if (error instanceof SecretsError) console.error(error.message);
  else throw error;
  process.exitCode = error instanceof SecretsError ? 4 : 2;
}
