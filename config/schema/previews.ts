import { z } from "zod";
import { domain, memory, network, word } from "./values.ts";

export const previews = z
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
    cpus: z.number().min(0.05, "must be at least 0.05").max(64, "must be at most 64").default(0.5),
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
  .optional();
