import { z } from "zod";
import { label } from "./names.ts";
import { app } from "./schema/app.ts";
import { backups } from "./schema/backups.ts";
import { dns, https } from "./schema/edge.ts";
import { environment } from "./schema/environment.ts";
import { previews } from "./schema/previews.ts";
import { server, ssh } from "./schema/server.ts";
import { bucket, bucketLocation, domain } from "./schema/values.ts";

/**
 * The shape of onebox.config.ts; its larger fields are in schema/. Limits come from Hetzner's API (volume
 * 10 to 10240 GB), DNS (a label holds 63 characters) and Docker (names and ports).
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
        /^(?=[^/]*[.:]|localhost\/)[a-z0-9]+([.-]+[a-z0-9]+)*(:[1-9][0-9]{0,4})?(?=.{1,200}$)(\/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)+$/,
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
  /** The server, and its volume. */
  server,
  /** Who may connect by SSH; left out: whoever has a key, from anywhere. */
  ssh,
  /** The app: how it is built, health-checked, released and migrated. */
  app,
  environments: z.strictObject({ stage: environment, prod: environment }),
  /** A preview for each branch that asks for one (docs/previews.md); left out: there are none. */
  previews,
  /** Certificates for all hosts, and no answer without (docs/https.md); left out: HTTP only. */
  https,
  /** The hosts' records: kept or at least checked by a deploy (docs/dns.md); left out: nobody asks. */
  dns,
  /** Backups of each environment's database in object storage (docs/backups.md); left out: there are none. */
  backups,
  /** The webhook deployer (scripts/webhook.sh): its host, and the forge's repository and branch. */
  webhook: z
    .strictObject({
      subdomain: z.string().regex(label, "must be one DNS label"),
      repository: z
        .string()
        .regex(
          /^(?!\.+\/)[\w.-]+\/(?!\.+$)(?!.*\.git$)[\w.-]+$/,
          'must be a repository of the forge, such as "you/app"',
        ),
      /** By the rules of `git check-ref-format`: a push to any other could never come. */
      branch: z
        .string()
        .regex(
          /^(?!-|refs\/)(?!(.*\/)?\.)(?!.*(\.\.|\/\/|\.lock(\/|$)|[./]$))[\w.-][\w./-]*$/,
          'must be a branch such as "main"',
        ),
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
