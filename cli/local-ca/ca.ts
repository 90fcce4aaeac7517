import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { Environment } from "../environment.ts";
import { poll } from "../poll.ts";
import { certify } from "./self-signed.ts";

/** Where a Pebble keeps its files, and whom it asks. */
interface CaSettings {
  /** Directory for its files. */
  place: string;
  /** Address that it listens on: its clients' way to this computer. */
  address: string;
  /** Name server that it looks hosts up at, as ADDRESS:PORT. */
  nameserver: string;
  /** Port at which hosts must show that they are who they are. */
  httpPort: number;
  /** How long its certificates are valid, in seconds. */
  lifetime: number;
  /** What it gets: the program is on its PATH. */
  environment: Environment;
}

/** A Pebble that runs; what authority.json holds. */
export interface LocalCa {
  directory: string;
  /** File with the certificate of its own API. */
  api: string;
  /** File with the roots of all that it has ever issued: each start makes a new one. */
  roots: string;
  acme: number;
  management: number;
  pid: number;
}

/**
 * Starts Pebble, an ACME CA for tests, as a process that outlives this one; on the ports that it had
 * before, if any.
 *
 * @throws Error when it does not answer within 10 s
 */
export async function startCa(settings: CaSettings): Promise<LocalCa> {
  const { place, address, nameserver, httpPort, lifetime, environment } = settings;
  const before = readCa(place);
  const acme = before?.acme ?? (await freePort(address));
  const management = before?.management ?? (await freePort(address));
  const [api, key, config] = [join(place, "api.pem"), join(place, "api.key"), pebbleFile(place)];
  if (before === undefined) certify(key, api, `IP:${address}`);
  const pebble = {
    listenAddress: `${address}:${acme}`,
    managementListenAddress: `${address}:${management}`,
    certificate: api,
    privateKey: key,
    httpPort,
    tlsPort: 443,
    certificateValidityPeriod: lifetime,
  };
  writeFileSync(config, JSON.stringify({ pebble }));
  const log = openSync(join(place, "pebble.log"), "a");
  const child = spawn("pebble", ["-config", config, "-dnsserver", nameserver], {
    env: { ...environment, PEBBLE_VA_NOSLEEP: "1" },
    stdio: ["ignore", log, log],
    detached: true,
  });
  await once(child, "spawn");
  child.unref();
  const roots = join(place, "roots.pem");
  appendFileSync(roots, await rootOf(`https://${address}:${management}/roots/0`, api));
  const ca = {
    directory: `https://${address}:${acme}/dir`,
    ...{ api, roots, acme, management, pid: child.pid ?? 0 },
  };
  writeFileSync(join(place, "authority.json"), JSON.stringify(ca));
  return ca;
}

/** What was started at this place the last time; undefined before that. */
export function readCa(place: string): LocalCa | undefined {
  return readJson(join(place, "authority.json"));
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
}

/** Whether it still runs: a process with its number may be another one by now. */
export function runs(place: string, { pid }: Pick<LocalCa, "pid">): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words.includes(pebbleFile(place)) || words.includes(place);
  } catch {
    return false;
  }
}

/** Ends it, if it runs, and the entry point to the cloud's API. */
export function stopCa(place: string): void {
  for (const started of [readCa(place), readEntryPoint(place)])
    if (started !== undefined && runs(place, started)) process.kill(started.pid);
}

/** The entry point to the cloud's API (cli/local-ca/entry-point.ts). */
interface RunningEntryPoint {
  proxy: string;
  certificate: string;
  pid: number;
}

/** The entry point that was opened at this place the last time; undefined before that. */
export function readEntryPoint(place: string): RunningEntryPoint | undefined {
  return readJson(join(place, "door.json"));
}

const pebbleFile = (place: string) => join(place, "pebble.json");

async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function rootOf(url: string, api: string): Promise<string> {
  const ca = readFileSync(api, "utf8");
  const ask = () => fetchText(url, ca).catch((error: Error) => error);
  const answer = await poll(ask, (found) => typeof found === "string", {
    within: 10_000,
    pause: 50,
  });
  if (typeof answer === "string") return answer;
  throw new Error(`Pebble does not answer at ${url}`, { cause: answer });
}

function fetchText(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false, timeout: 3000 }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}
