import { isIP } from "node:net";
import { z } from "zod";
import { isHostName } from "../../dns/domain-name.ts";
import { canonical } from "../../dns/ip-address.ts";
import { deleteProtection, id, labels, name } from "../fields.ts";

const type = z.enum(["ipv4", "ipv6"]);
/** Hetzner's own clients of 2023, Debian's among them, repeat the path's id in the body. */
const repeatedId = { ID: z.unknown().optional() };
export const assignment = z.object({
  ...repeatedId,
  assignee_id: id,
  assignee_type: z.literal("server"),
});
export const protection = deleteProtection.extend(repeatedId);
export const create = z.object({
  name,
  type,
  labels: labels.optional(),
  auto_delete: z.boolean().optional(),
  location: z.string().optional(),
  assignee_id: id.nullish(),
  assignee_type: z.enum(["server", "unassigned"]).optional(),
});
/** What a `change_dns_ptr` asks for. */
export const pointer = z.object({
  ...repeatedId,
  ip: z
    .string()
    .refine((text) => isIP(text) !== 0, "is not an IP address")
    .transform(canonical),
  dns_ptr: z.string().refine(isHostName, "is not a host name").nullable(),
});
