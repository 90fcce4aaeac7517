import { execFile, execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Key pairs of a client and of a host, made in `directory`. */
export function makeKeys(directory: string) {
  const make = (name: string) => {
    const path = join(directory, name);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path]);
    return {
      path,
      secret: readFileSync(path, "utf8"),
      open: readFileSync(`${path}.pub`, "utf8").trim(),
    };
  };
  return { client: make("client"), host: make("host") };
}

/** A cloud-config that gives the host its key, so that a client can know it beforehand. */
export const hostKeyUserData = (host: { secret: string; open: string }) =>
  `#cloud-config\n${JSON.stringify({
    ssh_keys: { ed25519_private: host.secret, ed25519_public: host.open },
  })}\n`;

/** Runs commands on a host whose key is pinned, and which says its first word within these seconds. */
export function createSsh(directory: string, address: string, hostKey: string, seconds = 30) {
  const known = join(directory, `known-${randomUUID()}`);
  writeFileSync(known, `${address} ${hostKey}\n`);
  const options = [
    ["-i", join(directory, "client")],
    ["-o", "IdentitiesOnly=yes"],
    ["-o", "BatchMode=yes"],
    ["-o", "StrictHostKeyChecking=yes"],
    ["-o", `UserKnownHostsFile=${known}`],
    ["-o", `ConnectTimeout=${seconds}`],
  ].flat();
  const once = (command: string) =>
    new Promise<string>((resolve, reject) => {
      execFile("ssh", [...options, `root@${address}`, command], (error, stdout, stderr) => {
        if (error === null) resolve(stdout.trim());
        else reject(new Error(`ssh: ${stderr.trim() || error.message}`, { cause: error }));
      });
    });
  /** As a person would: tries again until the host answers, but not when its key is wrong. */
  const ready = async (deadline = Date.now() + 300_000): Promise<void> => {
    try {
      await once("true");
    } catch (cause) {
      const wrongKey = String(cause).includes("verification failed");
      if (wrongKey || Date.now() > deadline) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 100));
      await ready(deadline);
    }
  };
  /** The same with a password in place of the key. */
  const runWithPassword = (password: string, command: string) =>
    new Promise<string>((resolve, reject) => {
      const ask = join(directory, `askpass-${randomUUID()}`);
      writeFileSync(ask, '#!/bin/sh\nprintf "%s\\n" "$TEST_PASSWORD"\n', { mode: 0o700 });
      const force = { SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: "force", TEST_PASSWORD: password };
      const args = [
        ["-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"],
        ["-o", "StrictHostKeyChecking=yes", "-o", `UserKnownHostsFile=${known}`],
        ["-o", `ConnectTimeout=${seconds}`, `root@${address}`, command],
      ].flat();
      execFile("ssh", args, { env: { ...process.env, ...force } }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout.trim());
        else reject(new Error(`ssh: ${stderr.trim() || error.message}`, { cause: error }));
      });
    });
  return { run: once, ready, runWithPassword };
}

export type Ssh = ReturnType<typeof createSsh>;
