import { z } from "zod";
import { hostname, spelt } from "../names.ts";

export const path = z
  .string()
  .regex(
    /^\/((?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+(\/|$))*$/,
    'must be a path that begins with "/", for example "/readyz"',
  );
export const file = z
  .string()
  .regex(/^(?!\/)(?!.*\.\.)[A-Za-z0-9._/-]+$/, "must be a path inside the repository");
/** Docker takes no limit below 6 MB. */
export const memory = z
  .string()
  .regex(
    /^([6-9]m|[1-9][0-9]{1,6}m|[1-9][0-9]{0,3}g)$/,
    'must be a size such as "256m" or "1g", at least "6m"',
  );

/** What a port of the app's container speaks; gRPC is "h2c" too. */
export const protocol = z
  .enum(["http", "h2c"], 'must be "http", or "h2c" (HTTP/2 without TLS, such as gRPC)')
  .default("http");

const aPort = "must be a port, from 1 to 65535";
export const port = z.int().min(1, aPort).max(65535, aPort);

export const seconds = (minimum: number, maximum: number) =>
  z
    .int()
    .min(minimum, `must be at least ${minimum} (seconds)`)
    .max(maximum, `must be at most ${maximum} (seconds)`);

/** A word of a command. */
export const word = z
  .string()
  .regex(/^(?!#)[^\s\p{Cc}\p{Cs}'"$`\\]+$/u, 'must not hold spaces or quotes, nor begin with "#"');

/** A name in an env file. */
export const key = z.string().regex(/^[A-Z][A-Z0-9_]*$/, "must be a key such as DATABASE_URL");

export const domain = z
  .string()
  .refine(hostname, spelt('must be a domain name such as "example.com"', hostname));

export const network = z.union(
  [z.cidrv4(), z.cidrv6()],
  'must be an address range such as "192.0.2.0/24"',
);

export const bucket = z
  .string()
  .regex(
    /^(?!.*\.\.)(?!(\d+\.){3}\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    'must be a bucket\'s name such as "you-onebox-state": 3 to 63 lower-case letters, digits, dots and hyphens',
  );
export const bucketLocation = z.enum(["fsn1", "nbg1", "hel1"], "must be fsn1, nbg1 or hel1");
