import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Addresses } from "./addresses.ts";
import { createApp } from "./app.ts";
import { Clock } from "./clock.ts";
import { Consoles } from "./consoles.ts";
import { createBackDoor } from "./control/back-door.ts";
import { createControl } from "./control/control.ts";
import { Recent } from "./control/recent.ts";
import { startDns } from "./dns/dns.ts";
import { Faults } from "./faults/faults.ts";
import {
  type Driver,
  type Identity,
  loadIdentity,
  newIdentity,
  portOf,
  saveIdentity,
  subnetOf,
} from "./identity.ts";
import { ApiOnlyMachines } from "./machines/api-only.ts";
import { portTaken, subnetsInUse, subnetsListenedOn } from "./machines/docker/addresses.ts";
import { DockerMachines } from "./machines/docker/docker-machines.ts";
import { hostImage } from "./machines/docker/host-image.ts";
import type { Machines } from "./machines/machine.ts";
import { accelerator } from "./machines/qemu/accelerator.ts";
import { type Architecture, translatable } from "./machines/qemu/hardware.ts";
import { QemuMachines } from "./machines/qemu/qemu-machines.ts";
import { systemImage } from "./machines/qemu/system-image.ts";
import type { Options } from "./options.ts";
import { Projects, type Shared } from "./projects.ts";
import { begin } from "./reconcile.ts";
import { Refusal } from "./refusal.ts";
import { Store } from "./store/store.ts";
import { Tokens } from "./tokens.ts";

const GRACE_MS = 3000;

/** Starts the emulator; returns where it answers and how to stop it. Machines outlive a stop. */
export async function serve(options: Options, log: (line: string) => void) {
  const report = (line: string) => log(JSON.stringify({ time: new Date().toISOString(), line }));
  const before = attempt("cloud.json cannot be read", () => loadIdentity(options.data));
  const driver = options.driver ?? before?.driver ?? "docker";
  assertDriver(driver, before);
  const withMachines = driver !== "api-only";
  const identity = before ?? newIdentity(await othersSubnets(withMachines), driver);
  const store = attempt("state.json cannot be read", () => {
    return new Store(join(options.data, "state.json"));
  });
  if (withMachines) await assertPortsFree(identity);
  const machines = await createMachines(driver, options, identity, store, report);
  await attemptAsync(driver === "qemu" ? "QEMU" : "Docker", machines.prepare());

  const clock = new Clock();
  const consoles = new Consoles(machines);
  const faults = new Faults();
  const shared: Shared = {
    store,
    machines,
    addresses: new Addresses(subnetOf(identity), store, machines),
    clock,
    faults,
    consoles,
    profile: options.profile,
  };
  const projects = new Projects(shared);
  const tokens = new Tokens(store, clock, identity.token);
  const recent = new Recent();
  const control = createControl({
    recent,
    token: identity.control_token,
    projects,
    tokens,
    store,
    faults,
    clock,
    profile: {
      get: () => shared.profile,
      set: (profile) => {
        shared.profile = profile;
      },
    },
    behindTheBack: createBackDoor(tokens, () => identity.endpoint),
  });
  const { rateLimit } = options;
  const app = createApp({
    projects,
    tokens,
    clock,
    faults,
    control,
    rateLimit,
    log: recent.follow(log),
  });
  const server = createServer(app.callback());
  consoles.attach(server);
  const port = await listen(
    server,
    options.port ?? portOf(identity),
    options.port !== null,
    identity,
  );
  const dns = await attemptAsync(
    "the DNS server",
    startDns(store, identity.dns, await machines.gateway()),
  );
  identity.dns = dns.address;
  identity.dns_for_servers = dns.addressForServers;
  identity.endpoint = `http://127.0.0.1:${port}/v1`;
  identity.pid = process.pid;
  await begin(() => projects.clouds(), report);
  await saveIdentity(options.data, identity);

  const stop = async () => {
    server.close();
    server.closeIdleConnections();
    await Promise.all(projects.clouds().map((cloud) => cloud.balancers.close()));
    await Promise.all(projects.clouds().map((cloud) => cloud.floatingRoutes.close()));
    await Promise.all([dns.close(), machines.close()]);
    consoles.close();
    await machines.close();
    await Promise.race([
      Promise.all(projects.clouds().map((cloud) => cloud.actions.idle())), // what is not done by then is gone on with at the next start
      sleep(GRACE_MS, undefined, { ref: false }),
    ]);
    await store.commit();
    await store.close();
    await saveIdentity(options.data, { ...identity, pid: null });
    server.closeAllConnections();
  };
  return { ...identity, clock, stop };
}

/** Networks of other clouds. Load balancers listen in a cloud without machines, too, which needs no Docker. */
async function othersSubnets(withMachines: boolean): Promise<Set<number>> {
  const listenedOn = process.platform === "linux" ? subnetsListenedOn() : [];
  if (!withMachines) return new Set(listenedOn);
  return new Set([...(await attemptAsync("Docker", subnetsInUse())), ...listenedOn]);
}

/** Throws where the driver's machines cannot run, or the cloud's are another one's. */
function assertDriver(driver: Driver, before: Identity | null): void {
  if (driver !== "api-only" && process.platform !== "linux") {
    throw new Refusal("servers need Linux; on this system only --driver api-only works");
  }
  if (driver === "qemu" && process.arch !== "x64") {
    throw new Refusal("--driver qemu runs on x86 computers only");
  }
  if (driver === "api-only" || before === null || before.driver === "api-only") return;
  if (driver !== before.driver) {
    throw new Refusal(
      `this cloud began with --driver ${before.driver}; another needs another --data`,
    );
  }
}

async function createMachines(
  driver: Driver,
  options: Options,
  identity: Identity,
  store: Store,
  report: (line: string) => void,
): Promise<Machines> {
  if (driver === "api-only") return new ApiOnlyMachines(store.everywhere("servers"));
  const registry = options.registry ? identity.registry : null;
  if (driver === "qemu") {
    const found = await attemptAsync("QEMU", accelerator());
    const architectures = await translatable();
    return attempt("QEMU", () => {
      const { id: cloud } = identity;
      const { data } = options;
      const system = (of: Architecture) => attemptAsync("the servers' system", systemImage(of));
      return new QemuMachines({
        ...{ cloud, data, architectures, accelerator: found, registry, system },
      });
    });
  }
  const image = options.image ?? (await attemptAsync("the servers' image", hostImage()));
  return new DockerMachines({ cloud: identity.id, image, registry, report });
}

/** A program that listens on all addresses keeps every server from its own. */
async function assertPortsFree(identity: Identity): Promise<void> {
  const port = await portTaken(`127.77.${subnetOf(identity)}.254`);
  if (port === undefined) return;
  throw new Refusal(
    `port ${port} is taken on every loopback address: let the program that listens there (sshd?) ` +
      "listen on the addresses that it needs, for example by ListenAddress in sshd_config",
  );
}

/** Listens on the wished port; without a fixed wish, on another one when that is taken. */
async function listen(server: Server, wish: number | null, fixed: boolean, identity: Identity) {
  server.listen(wish ?? 0, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    if (await isOurs(identity)) throw new Refusal(`already running at ${identity.endpoint}`);
    if (fixed) throw new Refusal(`port ${wish} is taken by another program`);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  return (server.address() as AddressInfo).port;
}

async function isOurs({ endpoint, token }: Identity): Promise<boolean> {
  if (endpoint === "") return false;
  const headers = { Authorization: `Bearer ${token}` };
  const request = fetch(`${endpoint}/locations`, { headers, signal: AbortSignal.timeout(2000) });
  return request.then((answer) => answer.ok).catch(() => false);
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Refusal(`${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

async function attemptAsync<T>(what: string, work: Promise<T> | T): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof Refusal) throw cause; // it says what it was already
    throw new Refusal(`${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
