/**
 * Usage: node operator/bin/split-secrets.ts DIR [ENVIRONMENT]
 *
 * Checks DIR/deploy.env and DIR/app.env of ENVIRONMENT (when there), then writes beside them, mode 0600, what the
 * scripts use: one file per value, so that no secret is ever part of a command line.
 * Every problem is printed at once; exit code 2.
 */
import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readAppEnv, readDeployEnv } from "../../cli/env/check.ts";
import { renderAppEnvironment } from "../../cli/env/compose.ts";
import { ConfigError } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";
import { checkAppSecrets, checkDeploySecrets } from "../../config/secrets.ts";
import { registryConfig } from "../registry-login.ts";

const [dir = ".", environment = ""] = process.argv.slice(2);
const write = (name: string, text: string) =>
  writeFileSync(join(dir, name), text, { mode: 0o600, flag: "w" });

/** By which Terraform notices that a secret changed. */
const salted = (salt: string, text: string) =>
  createHmac("sha256", salt).update(text).digest("hex");

try {
  const config = await loadConfig();
  const deploy = checkDeploySecrets(readDeployEnv(readFileSync(join(dir, "deploy.env"))), config);
  write("hcloud_token", deploy.token);
  write("dns_token", deploy.dnsToken);
  write("dns_token_hash", salted(deploy.hashSalt, deploy.dnsToken));
  write("deploy_key", deploy.deployKey);
  write("ca_key", deploy.hostCaKey);
  write("webhook_secret", deploy.webhookSecret);
  write("state_access_key", deploy.stateAccessKey);
  write("state_secret_key", deploy.stateSecretKey);
  mkdirSync(join(dir, "docker"), { mode: 0o700, recursive: true });
  const { repository } = resolveCloud(config, root);
  write("docker/config.json", JSON.stringify(registryConfig(repository, deploy.registry)));
  const pullConfig = JSON.stringify(registryConfig(repository, deploy.pull));
  mkdirSync(join(dir, "pull"), { mode: 0o700, recursive: true });
  write("pull/config.json", pullConfig);

  const appFile = join(dir, "app.env");
  if (existsSync(appFile)) {
    const owner = { environment, database: config.app.database };
    const preview = environment === "preview";
    const entries = readAppEnv(readFileSync(appFile), owner);
    const values = Object.fromEntries(entries.map(({ key, value }) => [key, value]));
    checkAppSecrets(values, config, environment);
    const users = preview ? (values.PREVIEW_USERS ?? "") : "";
    const app = renderAppEnvironment(
      entries.filter(({ key }) => !(preview && key === "PREVIEW_USERS")),
      !preview,
    );
    const whole = [app, users, JSON.stringify(deploy.pull ?? {})].join("\0");
    write("env_hash", salted(deploy.hashSalt, whole));
    mkdirSync(join(dir, "release"), { mode: 0o700, recursive: true }); // what goes to the VM, and only that
    write("release/environment.json", app);
    if (users !== "") write("release/users", users.split(",").join('","')); // part of a JSON list
    write("release/config.json", pullConfig);
  }
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(problem);
  process.exitCode = 2;
}
