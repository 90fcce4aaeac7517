import type { Authority } from "../config/cloud.ts";

/** Where the authority's own roots lie in Traefik's container; beside its account and the certificates. */
export const ROOTS = "/acme/authority.pem";

/**
 * Traefik's static configuration with HTTPS: traefik/traefik.yml, a second entry point like the first one, and
 * the authority. host/check-routes takes the latter out again, by the names of the keys.
 *
 * @throws Error when traefik.yml is not as expected
 */
export function renderTraefik(
  plain: string,
  { directory, api }: Pick<Authority, "directory" | "api">,
  email: string,
): string {
  const web = /^ {2}web:\n {4}address: ":80"\n((?: {4}.*\n)+)/m.exec(plain);
  if (web?.[1] === undefined) throw new Error("traefik.yml has no entry point web on port 80");
  const secure = `  websecure:
    address: ":443"
    http:
      middlewares: [security@file]
      tls:
        certResolver: acme
${web[1]}`;
  const at = web.index + web[0].length;
  return `${plain.slice(0, at)}${secure}${plain.slice(at)}
certificatesResolvers:
  acme:
    acme:
      email: ${JSON.stringify(email)}
      storage: /acme/acme.json
      caServer: ${JSON.stringify(directory)}
      certificatesDuration: 1080 # hours: renews 10 days before the end, and tries twice a day
${api === undefined ? "" : `      caCertificates: [${ROOTS}]\n`}      httpChallenge:
        entryPoint: web
`;
}
