import { z } from "zod";
import { file, key, path, port, protocol, seconds, word } from "./values.ts";

/** A build argument's name. */
const argument = z
  .string()
  .regex(
    /^(?!(COMMIT|SOURCE_DATE_EPOCH|BUILDPLATFORM)$)[A-Za-z_][A-Za-z0-9_]*$/,
    "must be a name such as VERSION, and none that Onebox gives (COMMIT, SOURCE_DATE_EPOCH, BUILDPLATFORM)",
  );

export const app = z.strictObject({
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
      z.string().regex(/^[^\0\p{Cs}]{0,100000}$/u, "must be at most 100000 characters, and no NUL"),
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
});
