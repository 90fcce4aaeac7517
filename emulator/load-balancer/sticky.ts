import type { Backend } from "./backends.ts";
import type { Frontend } from "./frontend.ts";

const token = (backend: Backend) => Buffer.from(backend.key).toString("base64url");

function cookieValue(cookies: string | undefined, name: string): string | null {
  for (const part of (cookies ?? "").split(";")) {
    const [key = "", value = ""] = part.split("=", 2);
    if (key.trim() === name) return value.trim();
  }
  return null;
}

/** The backend that a client's cookie names, if it may get traffic now. */
export function preferredBackend(
  { service, candidates }: Frontend,
  cookies: string | undefined,
): Backend | null {
  if (!service.http?.sticky_sessions) return null;
  const value = cookieValue(cookies, service.http.cookie_name);
  return candidates().find((backend) => token(backend) === value) ?? null;
}

/** The cookie that leads a client to this backend again; null if it has it, or needs none. */
export function cookieFor(
  { service }: Frontend,
  cookies: string | undefined,
  backend: Backend,
): string | null {
  if (!service.http?.sticky_sessions) return null;
  const { cookie_name, cookie_lifetime } = service.http;
  if (cookieValue(cookies, cookie_name) === token(backend)) return null;
  return `${cookie_name}=${token(backend)}; Path=/; Max-Age=${cookie_lifetime}; HttpOnly`;
}
