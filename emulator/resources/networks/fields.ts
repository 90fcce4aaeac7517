import { isIPv4 } from "node:net";
import { z } from "zod";
import { locations } from "../../catalogue/catalogue.ts";
import { isPrivate, parseRange } from "./ip-range.ts";

const SMALLEST_NETWORK_BITS = 24;
const SMALLEST_SUBNET_BITS = 30;

const range = (fits: (range: NonNullable<ReturnType<typeof parseRange>>) => boolean, why: string) =>
  z.string().refine((text) => {
    const parsed = parseRange(text);
    return parsed !== null && fits(parsed);
  }, why);

export const address = z.string().refine(isIPv4, "is not an IPv4 address");

export const networkRange = range(
  (r) => isPrivate(r) && r.bits <= SMALLEST_NETWORK_BITS,
  "is not a private range of RFC 1918 in CIDR notation, /24 or larger",
);
export const subnetRange = range(
  (r) => isPrivate(r) && r.bits <= SMALLEST_SUBNET_BITS,
  "is not a private range of RFC 1918 in CIDR notation, /30 or larger",
);

const zones = new Set(locations.map((location) => location.network_zone));

/** The gateway is not for clients to choose; old ones repeat it as it is shown, or say ''. */
export const subnet = z
  .object({
    type: z.enum(["cloud", "server", "vswitch"]),
    ip_range: subnetRange.optional(),
    network_zone: z.string().refine((zone) => zones.has(zone), "is not a network zone"),
    vswitch_id: z.int().min(1).optional(),
    gateway: z.string().optional(),
  })
  .refine((s) => s.type !== "vswitch" || s.vswitch_id !== undefined, {
    path: ["vswitch_id"],
    message: "is required for subnets of type vswitch",
  })
  .transform(({ gateway, ...wish }) => wish);

export const route = z.object({
  destination: range(
    (r) => isPrivate(r) || r.bits === 0,
    "is neither a private range of RFC 1918 in CIDR notation nor 0.0.0.0/0",
  ),
  gateway: address,
});
