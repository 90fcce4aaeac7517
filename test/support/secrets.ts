import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Clone } from "./clone.ts";

/** Secret files in plain text, by name: ".env", ".env.stage", ".env.prod". */
export type SecretFiles = Record<string, string>;

/** git-secret as a member of the team would use it, with the practice identity. */
export function withPractice<T>(
  clone: Clone,
  work: (git: (...args: string[]) => Buffer, home: string) => T,
): T {
  const home = mkdtempSync(join(tmpdir(), "onebox-gpg-")); // short: gpg-agent's socket lies in it
  const env = { ...process.env, SECRETS_EXTENSION: ".gpg" };
  const options = { cwd: clone.directory, env, stdio: "pipe" } as const;
  try {
    execFileSync(
      "gpg",
      ["--homedir", home, "--batch", "--quiet", "--import", ".gitsecret/practice.asc"],
      options,
    );
    return work((...args) => execFileSync("git", ["secret", ...args], options), home);
  } finally {
    execFileSync("gpgconf", ["--homedir", home, "--kill", "all"], options);
    rmSync(home, { recursive: true, force: true });
  }
}

/** Reads the clone's secret files. */
export function readSecrets(clone: Clone): SecretFiles {
  return withPractice(clone, (git, home) =>
    Object.fromEntries(
      [".env", ".env.stage", ".env.prod"].map((name) => [
        name,
        git("cat", "-d", home, name).toString(),
      ]),
    ),
  );
}

/** Encrypts the given files in the clone; leaves no plain text. */
export function writeSecrets(clone: Clone, files: SecretFiles): void {
  withPractice(clone, (git) => {
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(clone.directory, name), text);
    for (const name of [".env", ".env.stage", ".env.prod"]) {
      if (!(name in files)) writeFileSync(join(clone.directory, name), readOne(clone, name));
    }
    git("hide", "-d");
  });
}

/** Adds another file to those that git-secret keeps in the clone. */
export function addSecrets(clone: Clone, name: string, text: string): void {
  withPractice(clone, (git) => {
    writeFileSync(join(clone.directory, name), text);
    git("add", name);
  });
  writeSecrets(clone, { [name]: text });
}

function readOne(clone: Clone, name: string): string {
  return readSecrets(clone)[name] ?? "";
}

/** A canary: a value that can be nowhere by chance. */
function canary(): string {
  return `canary${randomBytes(12).toString("hex")}`;
}

/**
 * Gives the clone secrets that are all canaries and returns what must be found nowhere: each value,
 * and for the SSH keys what their base64 holds; all of these in base64, too.
 */
export function plantCanaries(clone: Clone): string[] {
  const files = readSecrets(clone);
  const app = () => {
    const password = canary();
    return [
      `POSTGRES_PASSWORD=${password}`,
      `DATABASE_URL=postgres://app:${password}@db:5432/app`,
      `SESSION_KEY=${canary()}`,
      "",
    ].join("\n");
  };
  const planted: SecretFiles = {
    ".env": machinesCanaries(files[".env"] ?? ""),
    ".env.stage": app(),
    ".env.prod": app(),
  };
  writeSecrets(clone, planted);
  return valuesOf(planted).flatMap(alsoEncoded);
}

/** The same in a clone whose stage is deployed: what its database and its VM know stays as it is. */
export function plantBeside(clone: Clone): string[] {
  const files = readSecrets(clone);
  const added = {
    ".env": machinesCanaries(files[".env"] ?? ""),
    ".env.stage": `SESSION_KEY=${canary()}\n`,
  };
  writeSecrets(clone, { ...added, ".env.stage": `${files[".env.stage"]}\n${added[".env.stage"]}` });
  return valuesOf(added)
    .filter((value) => value.startsWith("canary"))
    .flatMap(alsoEncoded);
}

/** The file of Onebox's own secrets, with the SSH keys that it has. */
function machinesCanaries(before: string): string {
  const deploy = parseEnv(before);
  return [
    `HCLOUD_TOKEN=${(canary() + randomBytes(64).toString("hex")).slice(0, 64)}`,
    `DNS_TOKEN=${(canary() + randomBytes(64).toString("hex")).slice(0, 64)}`,
    `STATE_ACCESS_KEY=${canary()}`,
    `STATE_SECRET_KEY=${canary()}`,
    `REGISTRY_USER=${canary()}`,
    `REGISTRY_PASSWORD=${canary()}`,
    `REGISTRY_PULL_USER=${canary()}`,
    `REGISTRY_PULL_TOKEN=${canary()}`,
    `WEBHOOK_SECRET=${canary()}${canary()}`,
    `HASH_SALT=${canary()}${canary()}`,
    `DEPLOY_KEY=${deploy.DEPLOY_KEY}`,
    `HOST_CA_KEY=${deploy.HOST_CA_KEY}`,
    "",
  ].join("\n");
}

/** Each value, and for the SSH keys what their base64 holds. */
function valuesOf(files: SecretFiles): string[] {
  return Object.values(files)
    .flatMap((text) => Object.entries(parseEnv(text)))
    .flatMap(([key, value = ""]) => {
      if (!/^(DEPLOY|HOST_CA)_KEY$/.test(key)) return [value];
      const lines = Buffer.from(value, "base64").toString().split("\n");
      return [value, ...lines.filter((line) => line.length === 70).slice(1)];
    });
}

/** A secret, and what of it base64 shows wherever in a longer text it stands: Terraform keeps files so. */
function alsoEncoded(secret: string): string[] {
  const encoded = [0, 1, 2].map((before) => {
    const text = Buffer.from(" ".repeat(before) + secret);
    // What shares a group of three bytes with its neighbours is another text each time.
    return text.toString("base64").slice(before > 0 ? 4 : 0, Math.floor(text.length / 3) * 4);
  });
  return [secret, ...encoded];
}

/** Gives the clone SSH keys of its own, as another repository has: Hetzner takes each key only once. */
export function useOtherKeys(clone: Clone): void {
  const files = readSecrets(clone);
  const key = () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox-key-"));
    try {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(directory, "key")]);
      return readFileSync(join(directory, "key")).toString("base64");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };
  const deploy = (files[".env"] ?? "")
    .replace(/^DEPLOY_KEY=.*$/m, `DEPLOY_KEY=${key()}`)
    .replace(/^HOST_CA_KEY=.*$/m, `HOST_CA_KEY=${key()}`);
  writeSecrets(clone, { ...files, ".env": deploy });
}
