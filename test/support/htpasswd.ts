import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";

/** A line of the file by which a registry knows a user: bcrypt, which the system's crypt() makes. */
export function htpasswd(user: string, password: string): string {
  const salt = `$2y$05$${randomBytes(11).toString("hex")}`;
  const hash = execFileSync("perl", ["-e", `print crypt(<STDIN>, '${salt}')`], { input: password });
  return `${user}:${hash}\n`;
}

/** What tells the registry's image to ask for a login, as arguments of `docker run`. */
export function loginOptions(file: string): string[] {
  return [
    ["--env", "REGISTRY_AUTH=htpasswd"],
    ["--env", "REGISTRY_AUTH_HTPASSWD_REALM=test"],
    ["--env", "REGISTRY_AUTH_HTPASSWD_PATH=/htpasswd"],
    ["--volume", `${file}:/htpasswd:ro`],
  ].flat();
}
