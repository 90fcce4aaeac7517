import { z } from "zod";
import { domain, network } from "./values.ts";

/** Hetzner's firewall takes 100 networks in a rule; two rules for a port are enough. */
const MOST_NETWORKS = 200;
const networks = z.union(
  [z.literal("cloudflare"), z.array(network)],
  'must be "cloudflare", or networks such as ["192.0.2.0/24"]',
);

export const https = z
  .strictObject({
    /** Where the CA writes when something is wrong with the account. */
    email: z.email("must be an e-mail address"),
    /** Let's Encrypt's profile of certificate; left out: its usual one. */
    profile: z
      .enum(["classic", "tlsserver", "shortlived"], "must be classic, tlsserver or shortlived")
      .optional(),
  })
  .optional();

export const dns = z
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
  .optional();
