import { z } from "zod";
import { network } from "./values.ts";

/** The VM's own names of zones, spelt as its files are: short ones such as "US/Eastern" need a package that it lacks. */
const zones =
  /^(UTC|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)\/[A-Z][A-Za-z0-9_+/-]*)$/;

/** The name that a zone has for JavaScript, which takes upper case for lower case; undefined: there is no such zone. */
function knownZone(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function isZone(zone: string): boolean {
  const known = knownZone(zone);
  if (known === undefined || !zones.test(zone)) return false;
  return known === zone || known.toLowerCase() !== zone.toLowerCase();
}

function zoneError({ input }: { input?: unknown }): string {
  const known = knownZone(String(input));
  const hint = known !== undefined && isZone(known) ? `; write "${known}"` : "";
  return `must be a time zone such as "Europe/Berlin"${hint}`;
}

export const server = z.strictObject({
  type: z.string().regex(/^c(x|ax|px|cx)[0-9]+$/, 'must be a server type such as "cx23"'),
  location: z.enum(
    ["fsn1", "nbg1", "hel1", "ash", "hil", "sin"],
    "must be fsn1, nbg1, hel1, ash, hil or sin",
  ),
  image: z.string().regex(/^[a-z0-9.-]+$/, 'must be an image name such as "docker-ce"'),
  volumeSize: z.int().min(10, "must be at least 10 (GB)").max(10240, "must be at most 10240 (GB)"),
  /** Connections that one client, an IPv4 address or an IPv6 network of 64 bits, may have at a time; 0: any number. */
  connections: z
    .int()
    .min(0, "must be at least 0")
    .max(65_535, "must be at most 65535")
    .refine(
      (most) => most === 0 || most >= 100,
      "must be 0, or at least 100: browsers have several",
    )
    .default(1000),
  /** When the VM installs security upgrades and, if they need it, reboots; false: as its image does. */
  upkeep: z
    .union([
      z.literal(false),
      z.strictObject({
        window: z
          .string()
          .regex(
            /^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$/,
            'must be such as "03:00-05:00"',
          )
          .refine((window) => window.slice(0, 5) !== window.slice(6), "must not end as it begins"),
        zone: z.string().refine(isZone, { error: zoneError }).default("UTC"),
      }),
    ])
    .default(false),
});

export const ssh = z
  .strictObject({
    /** Addresses as CIDR. Others do not even reach sshd. */
    allow: z
      .array(network)
      .min(1, "must name a network, or be left out")
      .max(100, "must be at most 100 networks"),
  })
  .optional();
