import { z } from "zod";
import { hostname, label, spelt } from "./names.ts";

const path = z
  .string()
  .regex(
    /^\/((?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+(\/|$))*$/,
    'must be a path that begins with "/", for example "/readyz"',
  );
const file = z
  .string()
  .regex(/^(?!\/)(?!.*\.\.)[A-Za-z0-9._/-]+$/, "must be a path inside the repository");
/** Docker takes no limit below 6 MB. */
const memory = z
  .string()
  .regex(
    /^([6-9]m|[1-9][0-9]{1,6}m|[1-9][0-9]{0,3}g)$/,
    'must be a size such as "256m" or "1g", at least "6m"',
  );

/** What a port of the app's container speaks; gRPC is "h2c" too. */
const protocol = z
  .enum(["http", "h2c"], 'must be "http", or "h2c" (HTTP/2 without TLS, such as gRPC)')
  .default("http");

const aPort = "must be a port, from 1 to 65535";
const port = z.int().min(1, aPort).max(65535, aPort);

const seconds = (minimum: number, maximum: number) =>
  z
    .int()
    .min(minimum, `must be at least ${minimum} (seconds)`)
    .max(maximum, `must be at most ${maximum} (seconds)`);

/** A word of a command. */
const word = z
  .string()
  .regex(/^(?!#)[^\s\p{Cc}'"$`\\]+$/u, 'must not hold spaces or quotes, nor begin with "#"');

/** A name in an env file. */
const key = z.string().regex(/^[A-Z][A-Z0-9_]*$/, "must be a key such as DATABASE_URL");

/** A build argument's name. */
const argument = z
  .string()
  .regex(
    /^(?!(COMMIT|SOURCE_DATE_EPOCH|BUILDPLATFORM)$)[A-Za-z_][A-Za-z0-9_]*$/,
    "must be a name such as VERSION, and none that Onebox gives (COMMIT, SOURCE_DATE_EPOCH, BUILDPLATFORM)",
  );

const domain = z
  .string()
  .refine(hostname, spelt('must be a domain name such as "example.com"', hostname));

const isHost = (name: string) => name === "" || label.test(name) || hostname(name);
const host = z
  .string()
  .refine(
    isHost,
    spelt(
      'must be one DNS label such as "www", a whole name such as "shop.example.org", or "" for the domain itself; ' +
        "lower case, other scripts as xn--",
      isHost,
    ),
  );

/** Also in a unit's file, and on a command line. */
function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone);
  } catch {
    return false;
  }
}

const network = z.union(
  [z.cidrv4(), z.cidrv6()],
  'must be an address range such as "192.0.2.0/24"',
);

/** Hetzner's firewall takes 100 networks in a rule; two rules for a port are enough. */
const MOST_NETWORKS = 200;
const networks = z.union(
  [z.literal("cloudflare"), z.array(network)],
  'must be "cloudflare", or networks such as ["192.0.2.0/24"]',
);

const bucket = z
  .string()
  .regex(
    /^(?!.*\.\.)(?!(\d+\.){3}\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    'must be a bucket\'s name such as "you-onebox-state": 3 to 63 lower-case letters, digits, dots and hyphens',
  );
const bucketLocation = z.enum(["fsn1", "nbg1", "hel1"], "must be fsn1, nbg1 or hel1");

const environment = z.strictObject({
  /** Host name in front of the cloud's domain; "" is the domain itself. */
  subdomain: z.union([
    z.literal(""),
    z.string().refine(
      (name) => label.test(name),
      spelt("must be one DNS label, or empty", (name) => label.test(name)),
    ),
  ]),
  /** Further hosts that it answers for: in front of the cloud's domain too, unless there is a dot in them. */
  hosts: z.array(host).default([]),
  /** Hosts that redirect to the environment's own for good, with path and query. */
  redirects: z.array(host).default([]),
  /** Paths, with all below them, that another port of the app's container answers. */
  routes: z
    .array(
      z.strictObject({
        path: z
          .string()
          .regex(
            /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+$/,
            'must be a path such as "/admin", without a "/" at its end',
          ),
        port,
        protocol,
      }),
    )
    .default([]),
  /** Docker's memory limit of the app's container; with `standby` there are two of them. */
  memory,
  /** Whether the last release goes on running, without traffic, so that a rollback takes no start. */
  standby: z.boolean(),
  /** What one client address may ask, whoever asks more gets 429, and what a request may take. 0: as much as it likes. */
  limits: z
    .strictObject({
      /** Requests under way at a time, streams included. All visitors by IPv6 share one address (docs/configuration.md). */
      atOnce: z
        .int()
        .min(0, "must be at least 0")
        .max(100_000, "must be at most 100000")
        .default(2000),
      /** Requests in a second, on average; twice as many may come at once. A deploy asks some itself. */
      perSecond: z
        .int()
        .refine(
          (rate) => rate === 0 || (rate >= 100 && rate <= 100_000),
          "must be 0, or 100 to 100000",
        )
        .default(0),
      /** Megabytes of a request's body; whoever sends more gets 413. */
      body: z.int().min(0, "must be at least 0").max(100_000, "must be at most 100000").default(0),
      /** Seconds that a request may take from its first byte to its last; then it is cut. */
      upload: seconds(1, 86_400).default(600),
      /** Seconds that the app may take from then until its answer begins; then the visitor gets 504. */
      answer: seconds(0, 86_400).default(0),
    })
    .prefault({}),
});

/**
 * The shape of onebox.config.ts. Limits come from Hetzner's API (volume 10 to 10240 GB), DNS
 * (a label holds 63 characters) and Docker (names and ports).
 */
export const configSchema = z.strictObject({
  name: z
    .string()
    .regex(
      label,
      "must be 1 to 40 lower-case letters, digits and hyphens, beginning with a letter",
    ),
  cloud: z.enum(["local", "hetzner"], 'must be "local" or "hetzner"'),
  /** How prod is released: by a version tag, or by promoting what stage serves (docs/pipeline.md). */
  release: z.enum(["tag", "promote"], 'must be "tag" or "promote"').default("tag"),
  hetzner: z.strictObject({
    domain,
    /** The DNS zone that the domain lies in; left out: the domain itself. */
    zone: domain.optional(),
    repository: z
      .string()
      .regex(
        /^(?=[^/]*[.:]|localhost\/)[a-z0-9.-]+(:[0-9]{1,5})?(\/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)+$/,
        'must be an image repository with its registry, such as "ghcr.io/you/app" or "docker.io/you/app", in lower case',
      )
      .refine((name) => URL.canParse(`https://${name}`), "names a port that is none"),
    state: z.strictObject({
      bucket,
      location: bucketLocation,
    }),
  }),
  /** "repository": images go through the cloud's repository; "none": over SSH, without any registry. */
  registry: z.enum(["repository", "none"], 'must be "repository" or "none"').default("repository"),
  server: z.strictObject({
    type: z.string().regex(/^c(x|ax|px|cx)[0-9]+$/, 'must be a server type such as "cx23"'),
    location: z.enum(
      ["fsn1", "nbg1", "hel1", "ash", "hil", "sin"],
      "must be fsn1, nbg1, hel1, ash, hil or sin",
    ),
    image: z.string().regex(/^[a-z0-9.-]+$/, 'must be an image name such as "docker-ce"'),
    volumeSize: z
      .int()
      .min(10, "must be at least 10 (GB)")
      .max(10240, "must be at most 10240 (GB)"),
    /** When the VM installs security upgrades and, if they need it, reboots; false: as its image does. */
    upkeep: z
      .union([
        z.literal(false),
        z.strictObject({
          window: z
            .string()
            .regex(
              /^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$/,
              'must be such as "03:00-05:00"',
            ),
          zone: z
            .string()
            .refine(isZone, 'must be a time zone such as "Europe/Berlin"')
            .default("UTC"),
        }),
      ])
      .default(false),
  }),
  /** Who may connect by SSH; left out: whoever has a key, from anywhere. */
  ssh: z
    .strictObject({
      /** Addresses as CIDR. Others do not even reach sshd. */
      allow: z
        .array(network)
        .min(1, "must name a network, or be left out")
        .max(100, "must be at most 100 networks"),
    })
    .optional(),
  app: z.strictObject({
    context: file,
    dockerfile: file,
    /** The Dockerfile's stage that the image is made of; left out: its last one. */
    target: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be a stage of the Dockerfile, such as "runtime"')
      .optional(),
    /** Build arguments, beside COMMIT and SOURCE_DATE_EPOCH; they are no secrets. */
    args: z
      .record(
        argument,
        z.string().regex(/^[^\0]{0,100000}$/, "must be at most 100000 characters, and no NUL"),
      )
      .default({}),
    /** Keys of .env that `RUN --mount=type=secret,id=KEY` gets. */
    buildSecrets: z.array(key).default([]),
    port,
    protocol,
    /** How long Traefik keeps an idle connection to the app: for less than the app does. */
    idle: z
      .number()
      .min(0.1, "must be at least 0.1 (seconds)")
      .max(60, "must be at most 60 (seconds)")
      .default(1),
    readiness: path,
    /** Its answer must hold ONEBOX_RELEASE; "" when the app has no such path: then nothing is checked. */
    version: z.union([z.literal(""), path]),
    /** How long a new release may take until its readiness path answers 200. */
    ready: seconds(1, 600),
    /** How long a new release only gets reads, with the old one behind them, before it gets it all. */
    watch: seconds(0, 300),
    /** How long the old release may keep its streams, then how long its last requests may take. */
    drain: z.strictObject({ streams: seconds(0, 3600), requests: seconds(1, 600) }),
    /** Whether it has one; "owner": the app owns it, else only its migrations do, where there are any. */
    database: z.union([z.boolean(), z.literal("owner")], {
      error: 'must be true, false or "owner"',
    }),
    /** Keys that each environment's env file must hold. */
    secrets: z.array(key),
    migrate: z.array(word),
    /** How long the migrations may take; they are ended then, and so is the release. */
    migrateTimeout: seconds(1, 86_400).default(600),
    /** Folder of the migrations: while nothing in it changes, they are not run again; "" when there is none. */
    migrations: z.union([z.literal(""), file]),
  }),
  environments: z.strictObject({ stage: environment, prod: environment }),
  /** A preview for each branch that asks for one (docs/previews.md); left out: there are none. */
  previews: z
    .strictObject({
      /** How many there may be at a time: each has a network of its own, and the VM has room for 250. */
      max: z.int().min(1, "must be at least 1").max(250, "must be at most 250").default(10),
      /** What a new one does when there are so many: it is refused, or takes the place of the oldest. */
      full: z.enum(["refuse", "replace"], 'must be "refuse" or "replace"').default("refuse"),
      /** How long one is there after it was last put up, in hours. */
      hours: z.int().min(1, "must be at least 1").max(8760, "must be at most 8760").default(72),
      /** How long one goes on without a request before its app stops, in minutes; a request starts it. */
      idle: z.int().min(1, "must be at least 1").max(1440, "must be at most 1440").default(30),
      memory,
      /** How much of the VM's processors one may take: 0.5 is half of one. */
      cpus: z
        .number()
        .min(0.05, "must be at least 0.05")
        .max(64, "must be at most 64")
        .default(0.5),
      /** Command of the image that fills the database that all previews' are copied from, after the migrations. */
      seed: z.array(word).default([]),
      /** Addresses that may visit, as CIDR; none: everybody may. */
      allow: z.array(network).default([]),
      /** What their hosts lie below; left out: stage's host. Another registrable domain than prod's where `forks` is set. */
      domain: domain.optional(),
      /** Whether its code may speak to the internet, and not only with its visitors and its database. */
      internet: z.boolean().default(false),
      /** Whether a fork's pull request may have one, once it was reviewed and labelled (docs/pipeline.md). */
      forks: z.boolean().default(false),
    })
    .optional(),
  /** Certificates for all hosts, and no answer without (docs/https.md); left out: HTTP only. */
  https: z
    .strictObject({
      /** Where the CA writes when something is wrong with the account. */
      email: z.email("must be an e-mail address"),
      /** Let's Encrypt's profile of certificate; left out: its usual one. */
      profile: z
        .enum(["classic", "tlsserver", "shortlived"], "must be classic, tlsserver or shortlived")
        .optional(),
    })
    .optional(),
  /** The hosts' records: kept or at least checked by a deploy (docs/dns.md); left out: nobody asks. */
  dns: z
    .strictObject({
      /** Zones kept in the project at Hetzner; "" is the domain's. Hosts in no zone are only checked. */
      zones: z.array(z.union([z.literal(""), domain])),
      /** Certificate authorities that may issue for the hosts (CAA); none: each of them may. */
      authorities: z.array(domain).default([]),
      /** A wildcard for previews, below stage's host or previews.domain; with https it has a certificate (docs/https.md). */
      previews: z.boolean().default(false),
      /** Proxies in front of the server: hosts may resolve to them, what they say of visitors is believed, and the server
       * answers nobody else. */
      trustedProxies: networks
        .refine(
          (proxies) => proxies.length <= MOST_NETWORKS,
          `must be at most ${MOST_NETWORKS} networks`,
        )
        .default([]),
    })
    .optional(),
  /** Backups of each environment's database in object storage (docs/backups.md); left out: there are none. */
  backups: z
    .strictObject({
      /** A bucket of Hetzner Object Storage, and where it lies: best not where the server is. */
      bucket,
      location: bucketLocation,
      keep: z
        .strictObject({
          /** Any moment of so many days can be restored. */
          days: z.int().min(1, "must be at least 1").max(90, "must be at most 90").default(7),
          /** Weekly backups are kept for so many weeks. */
          weeks: z.int().min(1, "must be at least 1").max(104, "must be at most 104").default(4),
        })
        .prefault({}),
      /** An SQL query that a restored database is asked; each value that it answers must be true. */
      check: z
        .string()
        .regex(/^[^\p{Cc}\\]+$/u, "must be one line of SQL without backslashes")
        .optional(),
    })
    .optional(),
  /** The webhook deployer (scripts/webhook.sh): its host, and the forge's repository and branch. */
  webhook: z
    .strictObject({
      subdomain: z.string().regex(label, "must be one DNS label"),
      repository: z
        .string()
        .regex(/^[\w.-]+\/[\w.-]+$/, 'must be a repository of the forge, such as "you/app"'),
      branch: z.string().regex(/^[\w./-]+$/, 'must be a branch such as "main"'),
    })
    .optional(),
});

/** A valid configuration. */
export type Config = z.infer<typeof configSchema>;
/** What onebox.config.ts holds before it is checked. */
export type ConfigInput = z.input<typeof configSchema>;
/** The name of an environment. */
export type EnvironmentName = keyof Config["environments"];

/** Gives onebox.config.ts its types; checks nothing yet. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
