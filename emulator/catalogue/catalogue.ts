import { readFileSync } from "node:fs";

/** What Hetzner offers, from the JSON files in this folder; each names the day it was noted down. */
export interface Location {
  id: number;
  name: string;
  description: string;
  country: string;
  city: string;
  latitude: number;
  longitude: number;
  network_zone: string;
  datacenter: { id: number; name: string };
}

/** When something was announced to go, and from when on it cannot be ordered. */
interface Deprecation {
  announced: string;
  unavailable_after: string;
}

/** Where a server type is sold, for how much a month in EUR, and with how much traffic. */
export interface Offer {
  locations: string[];
  monthly_net: number;
  traffic_tb: number;
  /** The day of the price. */
  priced: string;
  deprecation?: Deprecation;
}

export interface ServerType {
  id: number;
  name: string;
  description: string;
  category: string;
  cores: number;
  memory: number;
  disk: number;
  cpu_type: "shared" | "dedicated";
  architecture: "x86" | "arm";
  offers: Offer[];
  /** Set when it is sold nowhere any more, and not listed. */
  retired?: Deprecation;
}

export interface Image {
  id: number;
  name: string;
  type: "system" | "app";
  description: string;
  os_flavor: string;
  os_version: string;
  architecture: "x86" | "arm";
}

export interface Iso {
  id: number;
  name: string;
  description: string;
  type: "public" | "private";
  /** Null where it fits all. */
  architecture: "x86" | "arm" | null;
}

export interface LoadBalancerType {
  id: number;
  name: string;
  description: string;
  max_connections: number;
  max_services: number;
  max_targets: number;
  max_assigned_certificates: number;
  monthly_net: number;
}

export interface StorageBoxType {
  id: number;
  name: string;
  description: string;
  snapshot_limit: number;
  automatic_snapshot_limit: number;
  subaccounts_limit: number;
  /** In bytes. */
  size: number;
  monthly_net: number;
}

interface Pricing {
  currency: string;
  vat_rate: number;
  primary_ipv4_monthly_net: number;
  volume_gb_monthly_net: number;
  image_gb_monthly_net: number;
  server_backup_percentage: number;
  floating_ipv4_monthly_net: number;
  floating_ipv6_monthly_net: number;
  /** Per TB beyond what is included; some locations have a price of their own. */
  traffic_tb_net: number;
  traffic_tb_net_in: Record<string, number>;
  included_traffic_tb: number;
}

const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8"));

export const locations: Location[] = load("locations").locations;
export const serverTypes: ServerType[] = load("server-types").server_types;
export const retiredServerTypes: ServerType[] = load("retired-server-types").server_types;
export const images: Image[] = load("images").images;
export const isos: Iso[] = load("isos").isos;
export const loadBalancerTypes: LoadBalancerType[] =
  load("load-balancer-types").load_balancer_types;
export const storageBoxTypes: StorageBoxType[] = load("storage-box-types").storage_box_types;
/** Names of the locations that have storage boxes. */
export const storageBoxLocations: string[] = load("storage-box-types").locations;
export const pricing: Pricing = load("pricing");

/** Finds an entry by id or name, as the API takes either. */
export function find<T extends { id: number; name: string }>(entries: T[], key: string | number) {
  return entries.find((entry) => entry.name === key || String(entry.id) === String(key));
}

/** An entry that a stored record refers to by name; the catalogue must still hold it. */
export function known<T extends { id: number; name: string }>(
  entries: T[],
  key: string | number,
): T {
  const entry = find(entries, key);
  if (entry === undefined) throw new Error(`the catalogue does not hold '${key}'`);
  return entry;
}

/** What a server type costs and includes in a location; undefined where it was never sold. */
export const offerIn = (type: ServerType, location: string): Offer | undefined =>
  type.offers.find(({ locations: sold }) => sold.includes(location));

/** Whether something can no longer be ordered. */
export const isGone = ({ deprecation }: { deprecation?: Deprecation }): boolean =>
  deprecation !== undefined && Date.parse(deprecation.unavailable_after) < Date.now();

/** Names of the locations where new servers of a type can be ordered. */
export const orderableIn = (type: ServerType): string[] =>
  type.offers.filter((offer) => !isGone(offer)).flatMap((offer) => offer.locations);
