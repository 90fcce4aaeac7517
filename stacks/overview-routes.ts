import { createHash } from "node:crypto";
import { alone } from "../config/hosts.ts";
import { entryPointsOf, upgradeOf } from "./entry-points.ts";
import { guardedRouters, ruleOf, type Visitors, type Way, ways } from "./guards.ts";
import { inLines, together } from "./http.ts";
import { renderOverviewParts } from "./overview-page.ts";

/** The way through Traefik to the page that lists all previews. */
interface OverviewRoutes extends Visitors {
  host: string;
  https: boolean;
  /** Whether the previews' certificate is this page's too. */
  certified: boolean;
  /** A preview's address, with "@slug@" in it. */
  address: string;
  /** traefik/overview.html: its style is the only one that a browser is allowed. */
  template: string;
}

/** What host/previews/overview puts the page in the place of. */
const PAGE = "PAGE.invalid";
const name = "previews";

/**
 * Renders Traefik's file for the page, a line for each way, as renderPreviewRoutes does, and the parts of the page;
 * host/previews/overview puts them together.
 *
 * @throws Error when the template has not one style, or not its parts, or would open a template action of Traefik's
 */
export function renderOverviewRoutes(routes: OverviewRoutes): string {
  return (
    inLines(ways.map((way) => [way, httpOf(way, routes)])) +
    renderOverviewParts(routes.template, routes.address)
  );
}

function httpOf(way: Way, routes: OverviewRoutes) {
  const { host, https, certified, template } = routes;
  const rule = `${ruleOf(host, certified)} && Path(\`/\`)`;
  const guarded = guardedRouters(name, rule, way, routes, (guards) => ({
    entryPoints: entryPointsOf(https),
    middlewares: [`${name}-answer`, ...guards, `${name}-page`],
    service: name,
  }));
  return together(upgradeOf(name, alone(host), https), {
    routers: guarded.routers,
    // Never asked: the last middleware answers. With one of its own its requests are logged.
    services: { [name]: { loadBalancer: { servers: [] } } },
    middlewares: {
      ...guarded.middlewares,
      [`${name}-answer`]: {
        headers: {
          customResponseHeaders: {
            "Content-Security-Policy": policyOf(template),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
            "Cache-Control": "no-store",
          },
        },
      },
      [`${name}-page`]: { plugin: { maintenance: { status: "200", html: PAGE } } },
    },
  });
}

/** Nothing is loaded, run, sent or framed; the page's own style is known by its hash. */
function policyOf(template: string): string {
  const [style, ...more] = [...template.matchAll(/<style>(.*?)<\/style>/gs)].map(
    ([, text]) => text,
  );
  if (style === undefined || more.length > 0) throw new Error("overview.html needs one style");
  const hash = createHash("sha256").update(style).digest("base64");
  const nothing = ["default-src", "base-uri", "form-action", "frame-ancestors"];
  return [...nothing.map((kind) => `${kind} 'none'`), `style-src 'sha256-${hash}'`].join("; ");
}
