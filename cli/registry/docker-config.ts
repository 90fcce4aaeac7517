import { z } from "zod";
import type { Login } from "./session.ts";

const program = z.string().regex(/^[\w.-]*$/, "is no name of a credential helper");
const entry = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});

/** Docker's config.json, as far as it is about logins; the rest is handed on. */
export const dockerConfig = z.looseObject({
  auths: z.record(z.string(), entry).optional(),
  credsStore: program.optional(),
  credHelpers: z.record(z.string(), program).optional(),
});
export type DockerConfig = z.infer<typeof dockerConfig>;

/** Where a login is to be had: it stands in the file, or a program keeps it under the name of a server. */
type LoginPlace = { login: Login } | { helper: string; server: string };

/** The name by which Docker keeps a registry's login; Docker Hub's is older than the others. */
export function serverOf(registry: string): string {
  return hostOf(registry) === "docker.io" ? "https://index.docker.io/v1/" : registry;
}

/** Docker's config.json with the login of an image repository's registry, or with none. */
export function registryConfig(
  repository: string,
  login: { user: string; password: string } | undefined,
): DockerConfig {
  if (login === undefined) return {};
  const auth = Buffer.from(`${login.user}:${login.password}`).toString("base64");
  return { auths: { [serverOf(repository.split("/")[0] ?? "")]: { auth } } };
}

/** Where Docker looks for a registry's login: with a helper of its own, with the one for all, then in the file. */
export function placeOf(registry: string, config: DockerConfig): LoginPlace | undefined {
  const host = hostOf(registry);
  const named = Object.entries(config.credHelpers ?? {}).find(([key]) => hostOf(key) === host);
  const helper = named === undefined ? config.credsStore : named[1];
  if (helper) return { helper, server: serverOf(registry) };
  for (const [key, found] of Object.entries(config.auths ?? {})) {
    const login = hostOf(key) === host ? loginIn(found) : undefined;
    if (login !== undefined) return { login };
  }
  return undefined;
}

/** The user's own config.json with other logins in the place of those that it has for these registries. */
export function withLogins(own: DockerConfig, { auths = {} }: DockerConfig): DockerConfig {
  const hosts = Object.keys(auths).map(hostOf);
  const others = <T>(entries: Record<string, T> = {}) =>
    Object.fromEntries(Object.entries(entries).filter(([key]) => !hosts.includes(hostOf(key))));
  // "": Docker then takes what stands in the file, whatever credsStore says.
  const here = Object.fromEntries(Object.keys(auths).map((server) => [server, ""]));
  return {
    ...own,
    auths: { ...others(own.auths), ...auths },
    credHelpers: { ...others(own.credHelpers), ...here },
  };
}

/** "https://ghcr.io/v1/" is of ghcr.io; Docker Hub has several names. */
function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return ["index.docker.io", "registry-1.docker.io"].includes(host) ? "docker.io" : host;
}

function loginIn(found: z.infer<typeof entry>): Login | undefined {
  const { auth, username, password, identitytoken } = found;
  if (identitytoken) return { identityToken: identitytoken };
  if (auth) return { basic: auth };
  if (!username || password === undefined) return undefined;
  return { basic: Buffer.from(`${username}:${password}`).toString("base64") };
}
