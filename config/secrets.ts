import { ConfigError } from "./check.ts";
import type { DeployKey } from "./deploy-keys.ts";
import { type Mail, readMail } from "./mail.ts";
import type { Config } from "./schema.ts";

type Env = Record<string, string | undefined>;

/** A login of the image registry. */
export interface RegistryLogin {
  user: string;
  password: string;
}

/** The login of the backups, and their key; all empty where there are none. */
export interface BackupSecrets {
  /** What they are encrypted with before they leave the VM. */
  key: string;
  /** Login of the object storage. */
  accessKey: string;
  secretKey: string;
  /** Where the VM tells that they do not succeed; empty: nobody is told. */
  notify: string;
  /** How it tells so by mail; undefined: by none. */
  mail: Mail | undefined;
}

/** What .env.gpg holds, decoded. */
export interface DeploySecrets {
  /** Token of the Hetzner Cloud API, 64 characters; empty where only the local cloud is used. */
  token: string;
  /** Token of the project that holds the DNS zones, for the previews' certificate; empty without one. */
  dnsToken: string;
  /** OpenSSH private key that the VM lets in. */
  deployKey: string;
  /** OpenSSH private key of the CA that signs the VM's host keys. */
  hostCaKey: string;
  /** Salt of the hashes that Terraform's state holds in place of secrets. */
  hashSalt: string;
  /** Login that pushes images, and asks for them. */
  registry: RegistryLogin | undefined;
  /** Login that the VM pulls with; it gets no other. */
  pull: RegistryLogin | undefined;
  /** What signs webhooks; empty where the webhook deployer is not used. */
  webhookSecret: string;
  stateAccessKey: string;
  stateSecretKey: string;
  /** What the image's build gets, by the keys of app.buildSecrets. */
  build: Record<string, string>;
  backups: BackupSecrets;
}

/**
 * Checks the deploy secrets.
 *
 * @throws ConfigError naming every key that is missing or malformed, never a value
 */
export function checkDeploySecrets(env: Env, config: Config): DeploySecrets {
  const problems: string[] = [];
  const value = (key: DeployKey) => (env[key] ?? "").trim();
  const bad = (key: string, why: string) => problems.push(`.env: ${key} ${why}`);
  const need = (key: DeployKey) => {
    if (value(key) === "") bad(key, "is missing");
    return value(key);
  };
  const privateKey = (key: DeployKey) => {
    const text = Buffer.from(need(key), "base64").toString("utf8");
    if (value(key) !== "" && !/^-----BEGIN OPENSSH PRIVATE KEY-----\n/.test(text)) {
      bad(key, "is not a base64-encoded OpenSSH private key");
    }
    return text;
  };
  const login = (userKey: DeployKey, passwordKey: DeployKey): RegistryLogin | undefined => {
    const [user, password] = [value(userKey), value(passwordKey)];
    if ((user === "") !== (password === "")) {
      bad(user === "" ? userKey : passwordKey, "is missing although the other is set");
    }
    return user === "" ? undefined : { user, password };
  };

  const token = config.cloud === "hetzner" ? need("HCLOUD_TOKEN") : value("HCLOUD_TOKEN");
  const dnsToken = value("DNS_TOKEN");
  const { https, dns } = config;
  if (dnsToken === "" && config.cloud === "hetzner" && https !== undefined && dns?.previews) {
    bad("DNS_TOKEN", "is missing: the previews' certificate is ordered with it (docs/https.md)");
  }
  for (const key of ["HCLOUD_TOKEN", "DNS_TOKEN"] as const) {
    const { length } = value(key);
    if (length > 0 && !/^[A-Za-z0-9]{64}$/.test(value(key)))
      bad(key, `must be 64 letters and digits, not ${length} characters`);
  }
  const hashSalt = need("HASH_SALT");
  if (hashSalt !== "" && hashSalt.length < 32) bad("HASH_SALT", "must have at least 32 characters");
  const webhookSecret = value("WEBHOOK_SECRET");
  if (webhookSecret !== "" && webhookSecret.length < 32) {
    bad("WEBHOOK_SECRET", "must have at least 32 characters");
  }
  const state = config.cloud === "hetzner" ? need : value;
  // The local cloud has its own login, and a key is made for it where there is none.
  const backup = config.cloud === "hetzner" && config.backups !== undefined ? need : value;
  const backups = {
    key: backup("BACKUP_KEY"),
    accessKey: backup("BACKUP_ACCESS_KEY"),
    secretKey: backup("BACKUP_SECRET_KEY"),
    notify: value("NOTIFY_WEBHOOK"),
    mail: readMail(value("NOTIFY_MAIL"), value("NOTIFY_SMTP"), bad),
  };
  if (backups.notify !== "" && !/^https?:\/\/[!#-[\]-~]+$/.test(backups.notify)) {
    bad("NOTIFY_WEBHOOK", "must be a URL that begins with https://");
  }
  if (backups.key !== "" && !/^[!-~]{32,}$/.test(backups.key)) {
    bad("BACKUP_KEY", "must have at least 32 characters, without spaces");
  }
  const build = config.app.buildSecrets.map((key) => {
    if ((env[key] ?? "") === "") bad(key, "is missing: app.buildSecrets names it");
    return [key, env[key] ?? ""];
  });
  const secrets = {
    token,
    dnsToken,
    deployKey: privateKey("DEPLOY_KEY"),
    hostCaKey: privateKey("HOST_CA_KEY"),
    hashSalt,
    registry: login("REGISTRY_USER", "REGISTRY_PASSWORD"),
    pull: login("REGISTRY_PULL_USER", "REGISTRY_PULL_TOKEN"),
    webhookSecret,
    stateAccessKey: state("STATE_ACCESS_KEY"),
    stateSecretKey: state("STATE_SECRET_KEY"),
    build: Object.fromEntries(build),
    backups,
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return secrets;
}

/**
 * Checks an environment's own secrets. A preview's database gets its password on the VM.
 *
 * @throws ConfigError naming every key that is missing or malformed
 */
export function checkAppSecrets(env: Env, { app }: Config, environment: string): void {
  const preview = environment === "preview";
  const keys = preview
    ? app.secrets.filter((key) => !(app.database && key === "DATABASE_URL"))
    : [...app.secrets, ...(app.database ? ["POSTGRES_PASSWORD"] : [])];
  const file = environment === "" ? "the environment's env file" : `.env.${environment}`;
  const problems = keys
    .filter((key) => (env[key] ?? "") === "")
    .map((key) => `${file}: ${key} is missing`);
  const { PREVIEW_USERS: users = "" } = env;
  if (preview && users !== "" && !users.split(",").every((user) => htpasswd.test(user))) {
    problems.push(`${file}: PREVIEW_USERS must be lines of htpasswd -nB, with commas between them`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

const htpasswd = /^[A-Za-z0-9._@-]+:\$(2[aby]|apr1)\$[A-Za-z0-9./$]+$/;
