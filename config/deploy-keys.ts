const keys = [
  "HCLOUD_TOKEN",
  "DNS_TOKEN",
  "STATE_ACCESS_KEY",
  "STATE_SECRET_KEY",
  "REGISTRY_USER",
  "REGISTRY_PASSWORD",
  "REGISTRY_PULL_USER",
  "REGISTRY_PULL_TOKEN",
  "WEBHOOK_SECRET",
  "BACKUP_KEY",
  "BACKUP_ACCESS_KEY",
  "BACKUP_SECRET_KEY",
  "NOTIFY_WEBHOOK",
  "NOTIFY_MAIL",
  "NOTIFY_SMTP",
  "DEPLOY_KEY",
  "HOST_CA_KEY",
  "HASH_SALT",
] as const;

export type DeployKey = (typeof keys)[number];

/** Every key of .env that is Onebox's own; .env.example explains each. */
export const deployKeys: readonly string[] = keys;
