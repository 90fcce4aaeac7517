import { isIP } from "node:net";
import { whyUseless } from "../config/check-visitors.ts";
import { shortest } from "../config/networks.ts";
import { proxiesOf } from "../config/proxies.ts";
import type { Config } from "../config/schema.ts";
import { entryPointsOf } from "../stacks/entry-points.ts";
import { renderPage } from "./maintenance-page.ts";
import { plainText } from "./plain-text.ts";
import type { Maintenance as Shown } from "./vm/answers.ts";

/** What visitors are told while an environment is in maintenance. */
export interface Maintenance {
  /** One sentence for people. */
  message: string;
  /** After how many seconds it is worth trying again. */
  retryAfter: number;
  /** Addresses or networks that get through to the app. */
  allow: string[];
}

/** Where the page is to be shown. */
interface MaintenanceTarget {
  environment: string;
  /** Every host that its app answers for. */
  hosts: string[];
  /** Whether by HTTPS too. */
  https: boolean;
  /** Whether proxies that are trusted name the visitor. */
  proxied: boolean;
}

/** What is said when nobody says anything else. */
export const DEFAULT_MESSAGE = "We are working on it and will be back soon.";

/**
 * Renders the environment's maintenance file for Traefik: a router before all others, whose middleware
 * (traefik/plugins-local) answers 503. Its first line, a comment, holds the settings, for `status`.
 */
export function renderMaintenance(
  { environment, hosts, https, proxied }: MaintenanceTarget,
  maintenance: Maintenance,
): string {
  const name = `${environment}-maintenance`;
  // host/ asks from within Traefik's own container whether the app is up: it must get through.
  const others = [
    ...["127.0.0.0/8", ...maintenance.allow].map((address) => `!ClientIP(\`${address}\`)`),
    ...(proxied ? maintenance.allow.map((address) => `!${namedByProxy(address)}`) : []),
  ];
  const http = {
    routers: {
      [name]: {
        rule: [`(${hosts.map((host) => `Host(\`${host}\`)`).join(" || ")})`, ...others].join(
          " && ",
        ),
        priority: 100_000,
        entryPoints: entryPointsOf(https),
        middlewares: [name],
        service: name,
      },
    },
    // Never asked. An empty one of its own, because requests to an internal one are not logged.
    services: { [name]: { loadBalancer: { servers: [] } } },
    middlewares: {
      [name]: {
        plugin: {
          maintenance: {
            retryAfter: String(maintenance.retryAfter),
            html: renderPage(maintenance.message),
            problem: renderProblem(maintenance.message),
          },
        },
      },
    },
  };
  return `# ${inertJson(maintenance)}\n${inertJson({ http })}\n`;
}

/** Visitors whom a proxy names: the last in the list. Traefik takes away what anybody else says there. */
function namedByProxy(address: string): string {
  const named = isIP(address) === 6 ? shortest(address) : address;
  return `HeaderRegexp(\`X-Forwarded-For\`, \`(?i)(^|[ ,])${named.replaceAll(".", "[.]")}$\`)`;
}

/** The answer for programs, as of RFC 9457. */
function renderProblem(detail: string): string {
  return JSON.stringify({ type: "about:blank", title: "Service Unavailable", status: 503, detail });
}

/** JSON in which Traefik, which runs its files through Go's templates, finds no action. */
function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(/\{(?=\{)/g, "\\u007b");
}

/**
 * Checks what the operator asked for.
 *
 * @returns the problems, one sentence each
 */
export function problemsOf({ message, retryAfter, allow }: Maintenance): string[] {
  const problems: string[] = [];
  if (!/^\P{Cc}{1,500}$/u.test(message.trim())) {
    problems.push("--message needs 1 to 500 characters on one line");
  }
  if (!Number.isInteger(retryAfter) || retryAfter < 1 || retryAfter > 604_800) {
    problems.push("--retry-after needs seconds, 1 to 604800 (a week)");
  }
  for (const address of allow.filter((candidate) => !isNetwork(candidate))) {
    problems.push(`--allow: "${address}" is neither an address nor a network such as 192.0.2.0/24`);
  }
  return problems;
}

/**
 * Checks whether Traefik can know those who shall get through.
 *
 * @returns the problems, one sentence each
 */
export function unknowable({ allow }: Pick<Maintenance, "allow">, config: Config): string[] {
  const proxied = proxiesOf(config).length > 0;
  return allow.flatMap((address) => {
    const why =
      proxied && address.includes("/")
        ? "behind dns.trustedProxies, name addresses and no networks"
        : whyUseless(address, config);
    return why === undefined ? [] : [`--allow: "${address}": ${why}`];
  });
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

/** Says what visitors see. */
export function describeMaintenance(environment: string, shown: Shown | undefined): string {
  if (shown === undefined) return `${environment} is not in maintenance`;
  const { since, message, retryAfter, allow } = shown;
  return plainText(
    [
      `${environment} is in maintenance since ${since}`,
      `  message      ${message}`,
      `  retry after  ${retryAfter} s`,
      `  let through  ${allow.join(", ") || "nobody"}`,
    ].join("\n"),
  );
}
