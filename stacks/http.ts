/** What a file for Traefik holds below `http`. */
export interface Http {
  routers?: Record<string, object>;
  middlewares?: Record<string, object>;
  services?: Record<string, object>;
}

/** Several parts as one; kinds that none of them has are left out, because Traefik takes no empty map. */
export function together(...parts: Http[]): Http {
  const result: Http = {};
  for (const kind of ["routers", "middlewares", "services"] as const) {
    const found = Object.assign({}, ...parts.map((part) => part[kind]));
    if (Object.keys(found).length > 0) result[kind] = found;
  }
  return result;
}
