/** What a file for Traefik holds below `http`. */
export interface Http {
  routers?: Record<string, object>;
  middlewares?: Record<string, object>;
  services?: Record<string, object>;
  serversTransports?: Record<string, object>;
}

/** Several parts as one; kinds that none of them has are left out, because Traefik takes no empty map. */
export function together(...parts: Http[]): Http {
  const result: Http = {};
  for (const kind of ["routers", "middlewares", "services", "serversTransports"] as const) {
    const found = Object.assign({}, ...parts.map((part) => part[kind]));
    if (Object.keys(found).length > 0) result[kind] = found;
  }
  return result;
}

/**
 * Files for Traefik, one a line: the file's name, a space, its content in JSON, which is YAML too.
 *
 * @throws Error when a value would open a template action: Traefik runs its files through Go's templates
 */
export function inLines(files: [name: string, http: Http][]): string {
  const lines = files.map(([name, http]) => `${name} ${JSON.stringify({ http })}\n`);
  const wrong = files.find((_, at) => lines[at]?.includes("{{"));
  if (wrong !== undefined) throw new Error(`${wrong[0]} would open a template action`);
  return lines.join("");
}
