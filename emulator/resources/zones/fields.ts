import { isIP } from "node:net";
import { parse } from "tldts";
import { z } from "zod";
import { isDomainName } from "../../dns/domain-name.ts";
import { TYPES } from "../../dns/record-value.ts";
import { labels } from "../fields.ts";

/** Names that no registry gives away (RFC 2606, RFC 6761): zones for a computer of one's own. */
const FREE = ["test", "example", "invalid", "localhost", "internal"];

const LONGEST_TTL = 2 ** 31 - 1;
export const ttl = z.int().min(60).max(LONGEST_TTL);

/** A domain as it is registered: one label and a public suffix. */
export const zoneName = z
  .string()
  .refine((name) => name === name.toLowerCase(), "must be in lower case")
  .refine((name) => !name.endsWith("."), "must not end with a dot")
  .refine((name) => isDomainName(name) && !name.startsWith("*"), "is not a domain name")
  .refine(isRegistrable, "must be a domain with a public suffix, and no subdomain");

function isRegistrable(name: string): boolean {
  const { domain, isIcann, isPrivate, publicSuffix } = parse(name, { allowPrivateDomains: true });
  const known = isIcann || isPrivate || FREE.includes(publicSuffix ?? "");
  return known && domain === name;
}

export const type = z.enum(TYPES);

/** A name within a zone. That it does not repeat the zone's name is checked where the zone is known. */
export const setName = z
  .string()
  .refine((name) => name === name.toLowerCase(), "must be in lower case")
  .refine((name) => !name.endsWith("."), "must not end with a dot")
  .refine((name) => name === "@" || isDomainName(name), "is not a name within a zone");

const record = z.object({
  value: z.string().min(1),
  comment: z
    .string()
    .max(255)
    .regex(/^\P{Cc}*$/u, "must not have control characters")
    .optional(),
});

/** Records of one set; their values are read where type and zone are known. */
export const records = z
  .array(record)
  .min(1)
  .refine((list) => new Set(list.map(({ value }) => value)).size === list.length, {
    message: "must have distinct values",
  });

export const newSet = z.object({
  name: setName,
  type,
  ttl: ttl.nullish(),
  labels: labels.optional(),
  records,
});

const ALGORITHMS = ["hmac-md5", "hmac-sha1", "hmac-sha256"] as const;

const nameserver = z
  .object({
    address: z.string().refine((text) => isIP(text) !== 0, "is not an IP address"),
    port: z.int().min(1).max(65535).default(53),
    tsig_algorithm: z.enum(ALGORITHMS).optional(),
    tsig_key: z.string().min(1).optional(),
  })
  .refine((n) => (n.tsig_algorithm === undefined) === (n.tsig_key === undefined), {
    path: ["tsig_key"],
    message: "algorithm and key are only valid together",
  });
export const primaryNameservers = z.array(nameserver).min(1);
