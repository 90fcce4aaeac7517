import { join } from "node:path";
import { ConfigError } from "./error.ts";
import { NoFileError, readPlain } from "./plain-file.ts";
import type { Config } from "./schema.ts";

const LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";

/** Where a stack's Terraform state lives. */
type StateBackend =
  | { kind: "local"; directory: string }
  | { kind: "s3"; bucket: string; region: string; endpoint: string };

/** A CA that speaks ACME. */
export interface Ca {
  /** Its directory's URL. */
  directory: string;
  /** File with the certificate of its own API; undefined: one that everybody trusts. */
  api: string | undefined;
  /** Whether it offers certificates of several profiles. */
  profiles: boolean;
  /** File with the roots of what it issues; undefined: those that everybody trusts. */
  roots: string | undefined;
}

/** How Traefik proves that names are ours, through the API that keeps their zone. */
export interface Proof {
  /** Name servers to ask, as ADDRESS:PORT; none: the system's, and then those of the zone. */
  resolvers: string[];
  /** What stands before the API, whose address is fixed in Traefik; undefined: nothing. */
  entryPoint: { proxy: string; certificate: string } | undefined;
}

/** Object storage that speaks S3, and the bucket there. */
export interface Objects {
  /** Host name or address, without a scheme: it is asked by HTTPS. */
  endpoint: string;
  port: number;
  region: string;
  bucket: string;
  /** File with the certificate to trust; undefined: those that everybody trusts. */
  ca: string | undefined;
}

/** All that differs between the local cloud and Hetzner: this file is the only place that asks. */
export interface Cloud {
  /** Base of the environments' host names. */
  domain: string;
  /** The DNS zone that the domain lies in. */
  zone: string;
  /** The address that its firewall takes this computer for; undefined: the one that the server sees. */
  ownAddress: string | undefined;
  /** Whether the server's IPv6 address reaches it. */
  ipv6: boolean;
  /** Seconds that a server has for its start. */
  bootSeconds: number;
  /** Seconds that a look at a database's health may take there; undefined: docker-compose.yml's. */
  healthSeconds: number | undefined;
  /** Name server to ask, as ADDRESS:PORT; undefined: those that the domains' own zones name. */
  nameserver: string | undefined;
  /** Who issues certificates. */
  ca: Ca;
  /** How Traefik proves by DNS that names are ours. */
  proof: Proof;
  /** Whether images come from their makers' registry: a local cloud may have substitutes in their place. */
  official: boolean;
  /** Image repository without tag, registry included. */
  repository: string;
  state: StateBackend;
  /** Where backups go; undefined: there are none. */
  backups: Objects | undefined;
  /** Base URL of the Hetzner Cloud API, with /v1; undefined is the provider's default, Hetzner's own. */
  endpoint: string | undefined;
}

/** What `scripts/cloud.sh start` leaves in .onebox/cloud/cloud.json. */
interface LocalCloud {
  driver?: string;
  endpoint: string;
  registry: string;
  dns?: string;
  dns_for_servers?: string | null;
}

/**
 * Resolves the configured cloud.
 *
 * @param root the repository; the local cloud's coordinates are read below it. Before its first
 *   start they are unknown, and a synthesis then holds placeholders that nothing answers on.
 */
export function resolveCloud(config: Config, root: string): Cloud {
  if (config.cloud === "hetzner") {
    const { domain, zone = domain, state } = config.hetzner;
    const repository = overSsh(config) ?? config.hetzner.repository;
    return {
      domain,
      zone,
      ownAddress: undefined,
      ipv6: true,
      bootSeconds: 180, // it answers after 20 to 60
      healthSeconds: undefined,
      nameserver: undefined,
      ca: { directory: LETS_ENCRYPT, profiles: true, api: undefined, roots: undefined },
      proof: { resolvers: [], entryPoint: undefined },
      official: true,
      repository,
      endpoint: undefined,
      state: {
        kind: "s3",
        bucket: state.bucket,
        region: state.location,
        endpoint: `https://${objectStorage(state.location)}`,
      },
      backups: config.backups && {
        endpoint: objectStorage(config.backups.location),
        port: 443,
        region: config.backups.location,
        bucket: config.backups.bucket,
        ca: undefined,
      },
    };
  }
  const local = readLocalCloud(root);
  const translated = local.driver === "qemu"; // without KVM what takes seconds takes minutes
  return {
    domain: localDomain(config),
    zone: localDomain(config),
    ownAddress: "127.0.0.1",
    ipv6: false, // a documentation address
    bootSeconds: translated ? 900 : 180,
    healthSeconds: translated ? 60 : undefined,
    nameserver: local.dns ?? "127.0.0.1:9",
    ca: {
      directory: "https://127.0.0.1:9/dir",
      api: undefined,
      roots: undefined,
      ...readJson<Partial<Ca>>(root, "authority/authority.json"),
      profiles: false,
    },
    proof: {
      resolvers: [local.dns_for_servers ?? "127.0.0.1:9"],
      entryPoint: readJson(root, "authority/door.json"),
    },
    official: false,
    repository: overSsh(config) ?? `${local.registry}/${config.name}/app`,
    endpoint: local.endpoint,
    state: { kind: "local", directory: ".onebox/state" },
    backups: config.backups && {
      ...localObjects(root),
      region: "local",
      bucket: config.backups.bucket,
    },
  };
}

/** Where the local cloud's object storage answers; its logins stay where they are. */
function localObjects(root: string): Pick<Objects, "endpoint" | "port" | "ca"> {
  const found = readJson<Objects>(root, "objects/objects.json");
  const { endpoint, port, ca } = found ?? { endpoint: "127.0.0.1", port: 9, ca: undefined };
  return { endpoint, port, ca };
}

/** The host of Hetzner Object Storage at a location. */
function objectStorage(location: string): string {
  return `${location}.your-objectstorage.com`;
}

/** The base of the host names on this computer: programs resolve what is below .localhost to it. */
export function localDomain(config: Config): string {
  return `${config.name}.localhost`;
}

/**
 * What all previews' hosts lie below: a domain of their own, or stage's host. On this computer that domain too is one
 * that programs resolve to it.
 *
 * @param domain the cloud's
 * @param stage stage's host
 */
export function previewsDomain(config: Config, domain: string, stage: string): string {
  const own = config.previews?.domain;
  if (own === undefined) return stage;
  return domain === localDomain(config) ? `${config.name}-previews.localhost` : own;
}

/** Where the VM finds images that come over SSH: a port of its own loopback address, for each pull. */
function overSsh(config: Config): string | undefined {
  return config.registry === "none" ? `127.0.0.1:5077/${config.name}/app` : undefined;
}

function readLocalCloud(root: string): LocalCloud {
  return (
    readJson(root, "cloud.json") ?? { endpoint: "http://127.0.0.1:9/v1", registry: "127.0.0.1:9" }
  );
}

/** A file of the local cloud; undefined before there is one. */
function readJson<T>(root: string, name: string): T | undefined {
  const file = join(root, ".onebox/cloud", name);
  try {
    return JSON.parse(readPlain(file).toString()) as T;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    // One that was cut off, by a full disk or a loss of power.
    if (cause instanceof SyntaxError || cause instanceof NoFileError) {
      throw new ConfigError([
        `${file}: is damaged; remove it, and scripts/cloud.sh start makes it anew`,
      ]);
    }
    throw cause;
  }
}

/**
 * The VM's platform, as Docker spells it: this computer's where the local cloud runs; Hetzner's server
 * types that begin with "cax" are ARM.
 */
export function platformOf(config: Config): string {
  const arm = config.cloud === "local" ? process.arch === "arm64" : /^cax/.test(config.server.type);
  return arm ? "linux/arm64" : "linux/amd64";
}
