import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Processes } from "../processes.ts";

/** What nobody can make up: a key of the user's accounts, left to be filled in. */
const given = [
  ...["HCLOUD_TOKEN", "DNS_TOKEN", "STATE_ACCESS_KEY", "STATE_SECRET_KEY"],
  ...["REGISTRY_USER", "REGISTRY_PASSWORD", "REGISTRY_PULL_USER", "REGISTRY_PULL_TOKEN"],
];

/** SSH keys as .env holds them: an ed25519 private key, base64 on one line. */
interface NewKeys {
  deploy: string;
  hostCa: string;
}

/** Fresh secrets in the form that .env.example explains, by file. */
export function renderSecrets({ deploy, hostCa }: NewKeys): Record<string, string> {
  const own = {
    ...Object.fromEntries(given.map((key) => [key, ""])),
    WEBHOOK_SECRET: randomText(48),
    DEPLOY_KEY: deploy,
    HOST_CA_KEY: hostCa,
    HASH_SALT: randomText(48),
    BACKUP_KEY: randomText(48),
    BACKUP_ACCESS_KEY: "",
    BACKUP_SECRET_KEY: "",
    NOTIFY_WEBHOOK: "",
    NOTIFY_MAIL: "",
    NOTIFY_SMTP: "",
  };
  return { ".env": render(own), ".env.stage": renderApp(), ".env.prod": renderApp() };
}

function renderApp(): string {
  const password = randomText(32);
  return render({
    POSTGRES_PASSWORD: password,
    DATABASE_URL: `postgres://app:${password}@db:5432/app`,
    LOG_LEVEL: "info",
  });
}

function render(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Letters and digits, as DATABASE_URL and every shell take them. */
export function randomText(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

/** Makes the SSH keys, in a private directory. */
export async function makeKeys(processes: Processes, directory: string): Promise<NewKeys> {
  const make = async (comment: string) => {
    const file = join(directory, comment);
    await processes.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file]);
    return readFileSync(file).toString("base64");
  };
  return { deploy: await make("onebox-deploy"), hostCa: await make("onebox-host-ca") };
}
