import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { hostsOf } from "../config/hosts.ts";
import { certifiedWildcardOf } from "../config/records.ts";
import type { EnvironmentName } from "../config/schema.ts";
import { poll } from "./poll.ts";
import type { Project } from "./project.ts";
import type { Vm } from "./vm/vm.ts";

/** What a visitor of a host gets. */
export interface Certificate {
  host: string;
  /** Why a browser would refuse it; empty when it would not. */
  trouble: string;
  /** The end of its life; undefined when there is none to see. */
  until: Date | undefined;
}

/**
 * With fewer days left renewing has failed again and again: Traefik renews 10 days before the end, and 2 of a
 * certificate that lasts less than a week (stacks/traefik.ts).
 */
export const daysLeft = (shortlived: boolean): number => (shortlived ? 1 : 7);

/** Asks for a host's certificate as a browser would. @param roots whom to trust, PEM; undefined: the usual ones */
export function inspect(
  host: string,
  at: { host: string; port: number } | { path: string },
  roots: string | undefined,
): Promise<Certificate> {
  return new Promise((resolve) => {
    const end = (trouble: string, until?: Date) => {
      socket.destroy();
      resolve({ host, trouble, until });
    };
    const socket = connect({
      ...at,
      servername: host,
      ...(roots === undefined ? {} : { ca: roots }),
    });
    socket.setTimeout(5000, () => end("no answer within 5 s"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.on("secureConnect", () => end("", new Date(socket.getPeerCertificate().valid_to)));
  });
}

/** One line for people, and whether it is a good one. */
export function describe({ host, trouble, until }: Certificate, now: Date, shortlived = false) {
  if (until === undefined)
    return { good: false, line: `error: ${host} has no certificate: ${trouble}` };
  const days = Math.floor((until.getTime() - now.getTime()) / 86_400_000);
  if (days >= daysLeft(shortlived)) return { good: true, line: `${host} for ${days} days` };
  return {
    good: false,
    line: `error: the certificate of ${host} ends in ${days} days, and was not renewed; see: scripts/logs.sh edge`,
  };
}

/** Whose certificates are asked for. */
export interface Asked {
  project: Project;
  environment: EnvironmentName;
  /** The server's. */
  address: string;
  /** Whom it is asked through; undefined: it is asked directly. */
  via?: Vm | undefined;
  /** For how many seconds one that is missing is asked for again. */
  patience?: number;
}

/**
 * Asks for the certificate of every host of an environment, as a browser would, at the server's address; for stage, also
 * for the previews'. Returns a line for each.
 */
export async function lookAtCertificates(asked: Asked) {
  const { project, environment, address, via, patience = 0 } = asked;
  const { config, cloud } = project;
  const { roots } = cloud.ca;
  const trusted = roots === undefined ? undefined : readFileSync(roots, "utf8");
  const socket = await via?.tunnel(443);
  const at = socket === undefined ? { host: address, port: 443 } : { path: socket };
  const look = () =>
    Promise.all(certifiedHosts(project, environment).map((host) => inspect(host, at, trusted)));
  const found = await poll(look, (all) => all.every(({ until }) => until !== undefined), {
    within: 1000 * patience,
    pause: 500,
  });
  const shortlived = cloud.ca.profiles && config.https?.profile === "shortlived";
  return found.map((certificate) => describe(certificate, new Date(), shortlived));
}

function certifiedHosts({ config, cloud }: Project, environment: EnvironmentName): string[] {
  const { all, redirects } = hostsOf(config, cloud.domain, environment);
  const wildcard = environment === "stage" ? certifiedWildcardOf(config, cloud) : undefined;
  // Whatever no preview is called has the wildcard's too.
  return [...all, ...redirects, ...(wildcard ? [wildcard.replace("*", "onebox-check")] : [])];
}
