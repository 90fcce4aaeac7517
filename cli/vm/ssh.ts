import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Processes } from "../processes.ts";

/** The keys of a run, as Terraform's variables and SSH's files want them. */
export interface PublicKeys {
  /** Of the CA that signs the VM's host keys. */
  hostCa: string;
  /** Of the key that the VM lets in. */
  deploy: string;
}

/**
 * Writes what `ssh -F` reads, into the directory with the decrypted keys. What is pinned is the CA that signs
 * host keys (HOST_CA_KEY in .env): the first connection, every later one and Terraform's accept nothing but a
 * certificate of it.
 *
 * @param name by which the VM's certificate is asked for
 */
export async function prepareSsh(
  directory: string,
  name: string,
  processes: Processes,
): Promise<PublicKeys> {
  const publicKey = async (file: string) =>
    (await processes.run("ssh-keygen", ["-y", "-f", join(directory, file)])).stdout.trim();
  const [hostCa, deploy] = await Promise.all([publicKey("ca_key"), publicKey("deploy_key")]);
  const write = (file: string, text: string) =>
    writeFileSync(join(directory, file), text, { mode: 0o600 });
  write("known_hosts", `@cert-authority * ${hostCa}\n`);
  write("ssh_config", renderSshConfig(directory, name));
  return { hostCa, deploy };
}

/** OpenSSH's configuration of a host "onebox" that has no address yet. */
export function renderSshConfig(directory: string, name: string): string {
  const file = (base: string) => `"${join(directory, base)}"`; // a directory may have a space in its name
  const settings = {
    User: "root",
    HostKeyAlias: name,
    IdentityFile: file("deploy_key"),
    IdentitiesOnly: "yes",
    IdentityAgent: "none",
    BatchMode: "yes",
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: file("known_hosts"),
    GlobalKnownHostsFile: "/dev/null",
    HostKeyAlgorithms: "ssh-ed25519-cert-v01@openssh.com",
    ConnectTimeout: "5",
    ServerAliveInterval: "15",
    LogLevel: "INFO",
  };
  const lines = Object.entries(settings).map(([key, value]) => `  ${key} ${value}\n`);
  return `Host onebox\n${lines.join("")}`;
}

/** The host key that a new VM starts with, certified for a day and for its name, each base64 on one line. */
export async function makeBootstrapKey(
  directory: string,
  name: string,
  processes: Processes,
): Promise<{ key: string; certificate: string }> {
  const key = join(directory, "bootstrap");
  const comment = "onebox-bootstrap";
  await processes.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", key]);
  const signer = ["-q", "-s", join(directory, "ca_key"), "-h", "-I", comment];
  await processes.run("ssh-keygen", [...signer, "-n", name, "-V", "-1h:+1d", `${key}.pub`]);
  const encoded = (file: string) => readFileSync(file).toString("base64");
  return { key: encoded(key), certificate: encoded(`${key}-cert.pub`) };
}
