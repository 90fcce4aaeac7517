/** One port of the app's container, and the requests that lead there. */
export interface Target {
  port: number;
  /** What its services' names end in; nothing for the app's main port. */
  suffix: string;
  /** What its routers' names end in. */
  router: string;
  rule: string;
  /** Traefik's own order is the rules' length, which says nothing about paths. */
  priority?: number;
}

/** A path, with all below it, and the port that answers it. */
export interface Path {
  path: string;
  port: number;
}

/** The app itself, on every path of its hosts, and the paths of its other ports. */
export function targetsOf(
  hosts: string[],
  port: number,
  paths: Path[],
): { app: Target; others: Target[] } {
  const any = hosts.map((host) => `Host(\`${host}\`)`).join(" || ");
  const rule = hosts.length > 1 ? `(${any})` : any;
  const others = paths.map(({ path, port }, index) => ({
    port,
    suffix: `-${port}`,
    router: `-path${index}`,
    // PathPrefix alone would take /administrator for /admin.
    rule: `${rule} && (Path(\`${path}\`) || PathPrefix(\`${path}/\`))`,
    priority: 10_000 + 2 * path.length, // above the app, below maintenance; the longer path first
  }));
  return { app: { port, suffix: "", router: "", rule }, others };
}
