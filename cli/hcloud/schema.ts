import { z } from "zod";

const id = z.int().nonnegative();
const name = z.string().max(200);
const named = z.object({ name });
const labels = z.record(z.string(), z.string());
/** When something was announced to go, and from when on it cannot be ordered. */
const deprecation = z.object({ unavailable_after: z.iso.datetime({ offset: true }) }).nullish();

const serverType = z.object({
  name,
  architecture: z.string(),
  cores: z.number(),
  memory: z.number(),
  /** GB. */
  disk: z.number(),
  deprecation,
  locations: z
    .array(z.object({ name, available: z.boolean().default(true), deprecation }))
    .default([]),
});
/** A size of server that Hetzner offers. */
export type ServerType = z.infer<typeof serverType>;

const image = z.object({
  name: name.nullable(),
  architecture: z.string(),
  deprecated: z.iso.datetime({ offset: true }).nullish(),
});
/** What a server's disk is made of. */
export type ServerImage = z.infer<typeof image>;

const owned = z.object({ id, name, labels: labels.default({}) });
/** Something in the project, with the labels by which Onebox knows its own. */
export type Owned = z.infer<typeof owned>;

const server = owned.extend({
  status: z.string(),
  location: named,
  server_type: named.extend({ architecture: z.string() }),
  primary_disk_size: z.number(),
  image: z.object({ name: name.nullable() }).nullish(),
});
export type Server = z.infer<typeof server>;

const volume = owned.extend({ size: z.number(), server: id.nullable(), location: named });
export type Volume = z.infer<typeof volume>;

const address = owned.extend({
  ip: z.union([z.ipv4(), z.cidrv6()]),
  assignee_id: id.nullish(),
  location: named,
});
export type Address = z.infer<typeof address>;

/** What is read of the Cloud API, by the name of its list; fields that nobody here needs are left out. */
export const lists = {
  locations: named,
  server_types: serverType,
  images: image,
  servers: server,
  volumes: volume,
  primary_ips: address,
  firewalls: owned,
  ssh_keys: owned,
};
export type ListName = keyof typeof lists;
export type Entry<Name extends ListName> = z.infer<(typeof lists)[Name]>;

/** The page after this one; none when it was the last. */
export const pages = z.object({
  meta: z.object({ pagination: z.object({ next_page: z.int().nullish() }).nullish() }).nullish(),
});

/** How long a list is. */
export const counted = z.object({
  meta: z.object({ pagination: z.object({ total_entries: z.int() }) }),
});

export const answeredAction = z.object({
  action: z.object({
    id,
    status: z.enum(["running", "success", "error"]),
    error: z.object({ message: z.string() }).nullish(),
  }),
});

export const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
