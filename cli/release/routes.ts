import type { Hosts } from "../../config/hosts.ts";
import type { Config } from "../../config/schema.ts";
import { entryPointsOf, upgradeOf } from "../../stacks/entry-points.ts";
import { type Http, inLines, together } from "../../stacks/http.ts";
import { type Limits, limitsOf } from "./limits.ts";
import { redirectsOf } from "./redirects.ts";
import { type Path, type Target, targetsOf } from "./targets.ts";
import { serverOf } from "./transport.ts";

/** One environment's ways through Traefik. */
export interface Routes {
  /** The environment; names its routers, services and middlewares. */
  environment: string;
  /** The host names that route to it. */
  hosts: Hosts;
  /** Whether they route there by HTTPS, and HTTP only redirects to that. */
  https: boolean;
  /** Where the app listens inside its container, and how it is talked to. */
  app: Pick<Config["app"], "port" | "protocol" | "idle">;
  /** Paths that other ports of its container answer. */
  paths: Path[];
  /** What one client may ask. */
  limits: Limits;
  /** The release that the slots' files are for; every answer names it in X-Onebox-Release. */
  release: string;
}

/** A release that gets a part of the traffic only. */
export interface Canary {
  /** Its share in percent, from 1 to 99. */
  share: number;
  /** Whether a visitor stays with the release that answered first. */
  sticky: boolean;
}

const slots = ["blue", "green"] as const;
type Slot = (typeof slots)[number];
const reads =
  " && (Method(`GET`) || Method(`HEAD`)) && !HeaderRegexp(`Upgrade`, `.+`) && !HeaderRegexp(`Accept`, `text/event-stream`)";
const other: Record<Slot, Slot> = { blue: "green", green: "blue" };

/**
 * Renders the files that the environment can need in Traefik's directory (inLines). `slot.X` is the service of a
 * slot; one of the others is what the routers do.
 */
export function renderRoutes(routes: Routes): string {
  return inLines(slots.flatMap((slot) => Object.entries<Http>(filesOf(slot, routes))));
}

/** Renders the files by which the release is the canary, in either slot. */
export function renderCanaryRoutes(routes: Routes, canary: Canary): string {
  return inLines(slots.map((slot) => [`${wayOf(canary)}.${slot}`, canaryOf(slot, routes, canary)]));
}

/** What a canary's routes are called, with the slot behind it. */
export function wayOf({ sticky }: Canary): string {
  return sticky ? "canary-sticky" : "canary";
}

/** How long a request may wait while the database restarts, in seconds. */
const HOLD_SECONDS = 30;

/** What an environment's files are put together from. */
function partsOf(routes: Routes) {
  const { environment, hosts, https, paths } = routes;
  const name = (part: string) => `${environment}-${part}`;
  const limits = limitsOf(environment, routes.limits);
  const limited = Object.keys(limits);
  const { app, others } = targetsOf(hosts.all, routes.app, paths);
  const router = ({ rule, priority }: Target, service: string, more = "") => ({
    rule: rule + more,
    ...(priority === undefined ? {} : { priority: more === "" ? priority : priority + 1 }),
    entryPoints: entryPointsOf(https),
    ...(limited.length > 0 && { middlewares: limited }),
    service: name(service),
  });
  const transport = { idle: routes.app.idle, answer: routes.limits.of.answer };
  const slotService = (of: Slot, { port, protocol, suffix }: Target): Http => {
    const service = name(of + suffix);
    const server = { protocol, address: `${name(of)}:${port}` };
    const { loadBalancer, more } = serverOf(service, server, transport);
    return {
      services: { [service]: { middlewares: [name(`${of}-release`)], loadBalancer } },
      ...more,
    };
  };
  // Other ports' services come with each way: the other slot's file may be of a release without them.
  const way = (of: readonly Slot[], each: (target: Target) => object) =>
    together(
      redirectsOf(environment, hosts, https),
      upgradeOf(environment, hosts, https),
      { middlewares: limits },
      ...[app, ...others].map(each),
      ...others.flatMap((target) => of.map((of) => slotService(of, target))),
    );
  return { name, targets: [app, ...others], app, router, slotService, way };
}

function filesOf(slot: Slot, routes: Routes): Record<string, Http> {
  const { environment, release } = routes;
  const { name, targets, app, router, slotService, way } = partsOf(routes);
  return {
    [`hold.${slot}`]: holdOf(slot, routes, targets, router),
    [`slot.${slot}`]: {
      middlewares: {
        [name(`${slot}-release`)]: {
          headers: { customResponseHeaders: { "X-Onebox-Release": release } },
        },
      },
      ...slotService(slot, app),
    },
    [`route.${slot}`]: way([slot], (target) => ({
      routers: { [environment + target.router]: router(target, slot + target.suffix) },
    })),
    // Reads go to the new release and, when it fails, once more to the old one; writes, which nobody
    // may repeat, stay with the old one, and so do streams. A release that dies in the watch loses nothing.
    [`watch.${slot}`]: way(slots, (target) => ({
      routers: {
        [environment + target.router]: router(target, other[slot] + target.suffix),
        [name(`reads${target.router}`)]: router(target, `watched${target.suffix}`, reads),
      },
      middlewares: { [name("unflushed")]: { plugin: { unflushed: {} } } },
      services: {
        [name(`watched${target.suffix}`)]: {
          failover: {
            service: name(`tried${target.suffix}`),
            fallback: name(other[slot] + target.suffix),
            errors: { status: ["500-599"] },
          },
        },
        // A service may carry one thing only, so the middleware needs one of its own.
        [name(`tried${target.suffix}`)]: {
          middlewares: [name("unflushed")],
          weighted: { services: [{ name: name(slot + target.suffix), weight: 1 }] },
        },
      },
    })),
  };
}

/** Beside the file of `route.X`, and before its routers: all that is routed to the app waits (traefik/plugins-local). */
function holdOf(
  slot: Slot,
  { environment }: Routes,
  targets: Target[],
  router: ReturnType<typeof partsOf>["router"],
): Http {
  const name = `${environment}-hold`;
  const file = `/etc/traefik/dynamic/${environment}.hold.yml`;
  const held = targets.map((target) => {
    const { middlewares = [], ...rest } = router(target, slot + target.suffix);
    const priority = 50_000 + (target.priority ?? 0); // below the way to HTTPS
    const rule = `${rest.rule} && !ClientIP(\`127.0.0.0/8\`)`; // host/ asks from within Traefik's own container
    return [name + target.router, { ...rest, rule, priority, middlewares: [...middlewares, name] }];
  });
  return {
    routers: Object.fromEntries(held),
    middlewares: { [name]: { plugin: { hold: { file, seconds: String(HOLD_SECONDS) } } } },
  };
}

function canaryOf(slot: Slot, routes: Routes, { share, sticky }: Canary): Http {
  const { environment } = routes;
  const { name, router, way } = partsOf(routes);
  // A cookie for each port: Traefik takes another service's for none, and would give a new one.
  const cookie = (suffix: string) => ({
    sticky: { cookie: { name: name(`release${suffix}`), httpOnly: true } },
  });
  return way(slots, (target) => ({
    routers: { [environment + target.router]: router(target, `canary${target.suffix}`) },
    services: {
      [name(`canary${target.suffix}`)]: {
        weighted: {
          services: [
            { name: name(slot + target.suffix), weight: share },
            { name: name(other[slot] + target.suffix), weight: 100 - share },
          ],
          ...(sticky && cookie(target.suffix)),
        },
      },
    },
  }));
}
