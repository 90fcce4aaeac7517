import type { Ca, Proof } from "../config/cloud.ts";
import type { Config } from "../config/schema.ts";

type Profile = NonNullable<NonNullable<Config["https"]>["profile"]>;

/** Where the CA's own roots lie in Traefik's container; beside its account and the certificates. */
export const ROOTS = "/acme/authority.pem";

/** What HTTPS adds to Traefik's configuration. */
export interface Secure {
  ca: Pick<Ca, "directory" | "api">;
  /** Of the account. */
  email: string;
  /** The CA's profile; undefined: its usual one, or the CA knows none. */
  profile: Profile | undefined;
  /** How the previews' wildcard is proved, whose certificate is ordered by DNS-01; undefined: none is. */
  proof: Pick<Proof, "resolvers"> | undefined;
}

/**
 * Traefik's static configuration, which believes proxies in these networks when they name a visitor.
 *
 * @throws Error when traefik.yml is not as expected
 */
export function trustProxies(plain: string, networks: readonly string[]): string {
  if (networks.length === 0) return plain;
  const address = '    address: ":80"\n';
  if (!plain.includes(address)) throw new Error("traefik.yml has no entry point on port 80");
  return plain.replace(
    address,
    `${address}    forwardedHeaders:\n      trustedIPs: ${JSON.stringify(networks)}\n`,
  );
}

/**
 * Traefik's static configuration, by which a request may take so many seconds.
 *
 * @throws Error when traefik.yml is not as expected
 */
export function boundUploads(plain: string, seconds: number): string {
  const bound = /^( {8}readTimeout: )\d+s$/m;
  if (!bound.test(plain)) throw new Error("traefik.yml has no readTimeout");
  return plain.replace(bound, `$1${seconds}s`);
}

/**
 * Traefik's static configuration with a second entry point like the first one, for HTTPS. By itself it is what
 * host/edge/check-routes has a throw-away Traefik read routes with, which is to order no certificates.
 *
 * @param tls what the entry point does about certificates
 * @throws Error when traefik.yml is not as expected
 */
export function renderSecureEntry(plain: string, tls = "tls: {}"): string {
  const web = /^ {2}web:\n {4}address: ":80"\n((?: {4}.*\n)+)/m.exec(plain);
  if (web?.[1] === undefined) throw new Error("traefik.yml has no entry point web on port 80");
  const http = `    http:\n      middlewares: [security@file]\n      ${tls}\n`;
  const secure = `  websecure:
    address: ":443"
${web[1].replace(/^ {4}http:\n/m, http)}`;
  const at = web.index + web[0].length;
  return plain.slice(0, at) + secure + plain.slice(at);
}

/**
 * Traefik's static configuration with HTTPS: traefik/traefik.yml, a second entry point, and the CA.
 *
 * @throws Error when traefik.yml is not as expected
 */
export function renderTraefik(plain: string, { ca, email, profile, proof }: Secure): string {
  const resolver = (name: string) => `  ${name}:
    acme:
      email: ${JSON.stringify(email)}
      storage: /acme/acme.json
      caServer: ${JSON.stringify(ca.directory)}
${renewing(profile)}${ca.api === undefined ? "" : `      caCertificates: [${ROOTS}]\n`}`;
  return `${renderSecureEntry(plain, "tls:\n        certResolver: acme")}
certificatesResolvers:
${resolver("acme")}      httpChallenge:
        entryPoint: web
${proof === undefined ? "" : `${resolver("wildcard")}${byDns(proof.resolvers)}`}`;
}

/** When Traefik renews goes by how long it is told that certificates last, in hours. */
function renewing(profile: Profile | undefined): string {
  if (profile === "shortlived") {
    return `      profile: shortlived
      certificatesDuration: 160 # renews 2 days before the end, and tries every 2 hours
`;
  }
  return `${profile === undefined ? "" : `      profile: ${profile}\n`}      certificatesDuration: 1080 # renews 10 days before the end, and tries twice a day
`;
}

// The zone's own name servers are asked whether the record is there, and no others: lego has asked those for
// it before it was, and they may go on for an hour saying that there is none.
const byDns = (resolvers: string[]) => `      dnsChallenge:
        provider: hetzner # the token: traefik/compose.yml
${
  resolvers.length === 0
    ? "        propagation: { requireAllRNS: false }"
    : `        resolvers: ${JSON.stringify(resolvers)}
        propagation: { disableANSChecks: true } # nobody else knows the zone`
}
`;

/** Traefik's environment where a proxy stands before the zones' API, and nothing before the CA's. */
export function renderProxy(proxy: string, directory: string): string {
  const { hostname } = new URL(directory);
  return `HTTPS_PROXY=${proxy}\nNO_PROXY=${hostname}\nSSL_CERT_FILE=${ROOTS}\n`;
}

/**
 * What every route uses, with an order for the previews' certificate: from the start, because one for each
 * preview would run into the CA's limits. It takes no request: all paths begin with a slash.
 *
 * @param plain traefik/routes/onebox.yml
 * @throws Error when that is not as expected
 */
export function renderShared(plain: string, wildcard: string): string {
  const routers = "\n  routers:\n";
  if (!plain.includes(routers)) throw new Error("onebox.yml has no routers");
  return plain.replace(
    routers,
    `${routers}    wildcard:
      rule: "!PathPrefix(\`/\`)"
      entryPoints: [websecure]
      service: noop@internal
      tls: { certResolver: wildcard, domains: [{ main: ${JSON.stringify(wildcard)} }] }
`,
  );
}
