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
  monthly_net: number;
  locations: string[];
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

export interface Pricing {
  currency: string;
  vat_rate: number;
  primary_ipv4_monthly_net: number;
  volume_gb_monthly_net: number;
  image_gb_monthly_net: number;
  server_backup_percentage: number;
  traffic_tb_net: number;
  included_traffic_tb: number;
}

const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8"));

export const locations: Location[] = load("locations").locations;
export const serverTypes: ServerType[] = load("server-types").server_types;
export const images: Image[] = load("images").images;
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
