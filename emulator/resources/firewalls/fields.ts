import { isIP } from "node:net";
import { z } from "zod";
import { matcher } from "../../http/label-selector.ts";
import type { Firewall } from "../../store/records.ts";
import { id, labels, name } from "../fields.ts";

const cidr = z.string().refine(isCidr, "is not a network in CIDR notation");
const rule = z
  .object({
    direction: z.enum(["in", "out"]),
    protocol: z.enum(["tcp", "udp", "icmp", "esp", "gre"]),
    port: z.string().refine(isPort, "is not a port, a range of ports or 'any'").nullish(),
    source_ips: z.array(cidr).max(100).optional(),
    destination_ips: z.array(cidr).max(100).optional(),
    description: z.string().max(255).nullish(),
  })
  .refine((r) => (r.protocol === "tcp" || r.protocol === "udp") === (r.port != null), {
    path: ["port"],
    message: "is required for tcp and udp, and only allowed there",
  })
  .refine((r) => ((r.direction === "in" ? r.source_ips : r.destination_ips) ?? []).length > 0, {
    path: ["source_ips"],
    message: "the side that the direction filters needs at least one network",
  });
export const rules = z.array(rule).max(50);
const selected = z.object({
  type: z.literal("label_selector"),
  label_selector: z.object({
    selector: z.string().refine((s) => matcher(s) !== null, "is not a label selector"),
  }),
  // Clients send a target back as it was shown, to remove it.
  applied_to_resources: z.array(z.unknown()).optional(),
});
export const target = z.discriminatedUnion("type", [
  z.object({ type: z.literal("server"), server: z.object({ id }) }),
  selected.transform(({ type, label_selector }) => ({ type, label_selector })),
]);
export const create = z.object({
  name,
  labels: labels.optional(),
  rules: rules.optional(),
  apply_to: z.array(target).optional(),
});

function isCidr(text: string): boolean {
  const [address = "", bits = ""] = text.split("/");
  const family = isIP(address);
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function isPort(text: string): boolean {
  if (text === "any") return true;
  const [from = 0, to = from] = /^\d{1,5}(-\d{1,5})?$/.test(text)
    ? text.split("-").map(Number)
    : [];
  return from >= 1 && from <= to && to <= 65535;
}

/** Rules as they are kept: what a request left out is filled in. */
export const stored = (list: z.output<typeof rules>): Firewall["rules"] =>
  list.map((r) => ({
    direction: r.direction,
    protocol: r.protocol,
    port: r.port ?? null,
    source_ips: r.source_ips ?? [],
    destination_ips: r.destination_ips ?? [],
    description: r.description ?? null,
  }));
