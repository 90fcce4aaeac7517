/** One environment's ways through Traefik. */
export interface Routes {
  /** The environment; names its routers, services and middlewares. */
  environment: string;
  /** The host name that it answers for. */
  host: string;
  /** Port that the app listens on inside its container. */
  port: number;
  /** The release that the slots' files are for; every answer names it in X-Onebox-Release. */
  release: string;
  /** A canary's share and the rest, in percent; may be Terraform expressions. */
  canary: { weight: string; rest: string };
}

const slots = ["blue", "green"] as const;
type Slot = (typeof slots)[number];
const reads =
  " && (Method(`GET`) || Method(`HEAD`)) && !HeaderRegexp(`Upgrade`, `.+`) && !HeaderRegexp(`Accept`, `text/event-stream`)";
const other: Record<Slot, Slot> = { blue: "green", green: "blue" };

/**
 * Renders every file that the environment can need in Traefik's directory, one a line: its name, a
 * space, its content in JSON, which is YAML too. `slot.X` is the service of a slot; one of the others
 * is what the router does.
 *
 * @throws Error when a value would open a template action: Traefik runs its files through Go's templates
 */
export function renderRoutes(routes: Routes): string {
  const files = slots.flatMap((slot) => Object.entries(filesOf(slot, routes)));
  const text = files
    .map(([name, http]) => `${name} ${JSON.stringify({ http })}\n`)
    .join("")
    .replace(/"weight":"([^"]*)"/g, '"weight":$1'); // Terraform's expressions are numbers in the end
  if (text.includes("{{")) {
    throw new Error(`a route of ${routes.environment} would open a template action`);
  }
  return text;
}

function filesOf(slot: Slot, { environment, host, port, release, canary }: Routes) {
  const name = (part: string) => `${environment}-${part}`;
  const rule = `Host(\`${host}\`)`;
  const router = (service: string, more = "") => ({
    rule: rule + more,
    entryPoints: ["web"],
    service: name(service),
  });
  const shares = [
    { name: name(slot), weight: canary.weight },
    { name: name(other[slot]), weight: canary.rest },
  ];
  const split = (sticky: object) => ({
    routers: { [environment]: router("canary") },
    services: { [name("canary")]: { weighted: { services: shares, ...sticky } } },
  });
  return {
    [`slot.${slot}`]: {
      middlewares: {
        [name(`${slot}-release`)]: {
          headers: { customResponseHeaders: { "X-Onebox-Release": release } },
        },
      },
      services: {
        [name(slot)]: {
          middlewares: [name(`${slot}-release`)],
          loadBalancer: {
            servers: [{ url: `http://${name(slot)}:${port}` }],
            serversTransport: "app@file",
          },
        },
      },
    },
    [`route.${slot}`]: { routers: { [environment]: router(slot) } },
    // Reads go to the new release and, when it fails, once more to the old one; writes, which nobody
    // may repeat, stay with the old one, and so do streams. A release that dies in the watch loses nothing.
    [`watch.${slot}`]: {
      routers: { [environment]: router(other[slot]), [name("reads")]: router("watched", reads) },
      middlewares: { [name("unflushed")]: { plugin: { unflushed: {} } } },
      services: {
        [name("watched")]: {
          failover: {
            service: name("tried"),
            fallback: name(other[slot]),
            errors: { status: ["500-599"] },
          },
        },
        // A service may carry one thing only, so the middleware needs one of its own.
        [name("tried")]: {
          middlewares: [name("unflushed")],
          weighted: { services: [{ name: name(slot), weight: "1" }] },
        },
      },
    },
    [`canary.${slot}`]: split({}),
    [`canary-sticky.${slot}`]: split({
      sticky: { cookie: { name: name("release"), httpOnly: true } },
    }),
  };
}
