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
export function newIdentity(subnetsInUse: Set<number>, driver: Driver): Identity {
  const free = Array.from({ length: 254 }, (_, n) => n + 1).filter((n) => !subnetsInUse.has(n));
  if (free.length === 0) throw new Error("every network in 127.77.0.0/16 is in use");
  const subnet = free[randomInt(free.length)];
  return {
    id: randomBytes(3).toString("hex"),
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

/** The third number of the cloud's 127.77.x.0/24; without machines it need not be the cloud's alone. */
export const subnetOf = ({ id, registry }: Identity) =>
  Number(registry?.split(".")[2] ?? 1 + (Number.parseInt(id, 16) % 254));

export const portOf = ({ endpoint }: Identity) =>
  endpoint === "" ? null : Number(new URL(endpoint).port);
