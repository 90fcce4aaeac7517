import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Login } from "./session.ts";

interface DockerConfig {
  auths?: Record<string, { auth?: string }>;
}

/** Docker's config.json with the login of an image repository's registry, or with none. */
export function registryConfig(
  repository: string,
  login: { user: string; password: string } | undefined,
): DockerConfig {
  if (login === undefined) return {};
  const registry = repository.split("/")[0] ?? "";
  const auth = Buffer.from(`${login.user}:${login.password}`).toString("base64");
  return { auths: { [registry]: { auth } } };
}

/** A registry's login from the given config.json, else from Docker's own, as `docker login` left it. */
export function readLogin(registry: string, file: string | undefined): Login | undefined {
  const own = join(process.env.DOCKER_CONFIG ?? join(homedir(), ".docker"), "config.json");
  for (const candidate of [file, own]) {
    if (candidate === undefined || !existsSync(candidate)) continue;
    const config = JSON.parse(readFileSync(candidate, "utf8")) as DockerConfig;
    const basic = config.auths?.[registry]?.auth;
    if (basic) return { basic };
  }
  return undefined;
}
