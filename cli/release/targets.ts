import type { Config } from "../../config/schema.ts";

/** One port of the app's container, and the requests that are routed there. */
export interface Target {
  port: number;
  protocol: Config["app"]["protocol"];
  /** What its services' names end in; nothing for the app's main port. */
  suffix: string;
  /** What its routers' names end in. */
  router: string;
  rule: string;
  /** Traefik's own order is the rules' length, which says nothing about paths. */
  priority?: number;
}

/** A path, with all below it, and the port that answers it. */
export type Path = Config["environments"]["stage"]["routes"][number];

/** The app itself, on every path of its hosts, and the paths of its other ports. */
export function targetsOf(
  hosts: string[],
  { port, protocol }: Pick<Config["app"], "port" | "protocol">,
  paths: Path[],
): { app: Target; others: Target[] } {
  const any = hosts.map((host) => `Host(\`${host}\`)`).join(" || ");
  const rule = hosts.length > 1 ? `(${any})` : any;
  const others = paths.map(({ path, port, protocol }, index) => ({
    ...{ port, protocol },
    suffix: `-${port}`,
    router: `-path${index}`,
    // PathPrefix alone would take /administrator for /admin.
    rule: `${rule} && (Path(\`${path}\`) || PathPrefix(\`${path}/\`))`,
    priority: 10_000 + 2 * path.length, // above the app, below maintenance; the longer path first
  }));
  return { app: { port, protocol, suffix: "", router: "", rule }, others };
}
