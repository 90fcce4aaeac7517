import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { readFile } from "./read-file.ts";
import { writeAtomically } from "./store/atomic-file.ts";

/** What servers run in: containers, virtual machines, nothing. */
export const DRIVERS = ["docker", "qemu", "api-only"] as const;
export type Driver = (typeof DRIVERS)[number];

/** What makes a cloud this one: chosen at its first start, kept in `cloud.json`, mode 0600. */
export interface Identity {
  id: string;
  driver: Driver;
  endpoint: string;
  token: string;
  /** Opens `/control`, which is not part of the API: tokens, faults, time. */
  control_token: string;
  /** Where the registry of the cloud's hosts is published; null without machines. */
  registry: string | null;
  /** Where the DNS server answers on this computer, as ADDRESS:PORT. */
  dns: string;
  /** Where the servers of the cloud reach it; null without machines. */
  dns_for_servers: string | null;
  /** The emulator's process; null when it was stopped. */
  pid: number | null;
}

const REGISTRY_PORT = 5000;
const SUBNETS = 254;
const file = (data: string) => join(data, "cloud.json");

export function loadIdentity(data: string): Identity | null {
  const text = readFile(file(data));
  if (text === undefined) return null;
  const saved = JSON.parse(text) as Identity;
  // An older version wrote neither.
  const driver = saved.driver ?? (saved.registry === null ? "api-only" : "docker");
  return { ...saved, driver, control_token: saved.control_token ?? randomToken() };
}

const randomToken = () => randomBytes(32).toString("hex");

/** One key a line, so that a shell script can read it too. */
export const saveIdentity = (data: string, identity: Identity) =>
  writeAtomically(file(data), `${JSON.stringify(identity, null, 2)}\n`);

/** A new cloud. `subnetsInUse` are third numbers of 127.77.x.0/24 that others have. */
export function newIdentity(subnetsInUse: ReadonlySet<number>, driver: Driver): Identity {
  const free = Array.from({ length: SUBNETS }, (_, n) => n + 1).filter((n) => !subnetsInUse.has(n));
  const subnet = free[randomInt(Math.max(1, free.length))];
  if (subnet === undefined) throw new Error("every network in 127.77.0.0/16 is in use");
  return {
    id: randomIdOf(subnet),
    driver,
    endpoint: "",
    token: randomToken(),
    control_token: randomToken(),
    registry: driver === "api-only" ? null : `127.77.${subnet}.1:${REGISTRY_PORT}`,
    dns: "",
    dns_for_servers: null,
    pid: null,
  };
}

/** Six hexadecimal digits that tell the subnet, as a cloud without a registry has nothing else that does. */
const randomIdOf = (subnet: number): string =>
  (SUBNETS * randomInt(Math.floor(16 ** 6 / SUBNETS)) + subnet - 1).toString(16).padStart(6, "0");

/** The third number of the cloud's 127.77.x.0/24. An older version's id tells it only without a registry. */
export const subnetOf = ({ id, registry }: Identity) =>
  Number(registry?.split(".")[2] ?? 1 + (Number.parseInt(id, 16) % SUBNETS));

export const portOf = ({ endpoint }: Identity) =>
  endpoint === "" ? null : Number(new URL(endpoint).port);
