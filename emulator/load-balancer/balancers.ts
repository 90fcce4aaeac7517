import { known, loadBalancerTypes } from "../catalogue/catalogue.ts";
import type { BalancerService, LoadBalancer } from "../store/records.ts";
import { backendsOf, publicAddress, type Surroundings } from "./backends.ts";
import { Chooser } from "./chooser.ts";
import type { Frontend } from "./frontend.ts";
import { type Health, HealthChecks } from "./health-checks.ts";
import { createHttpProxy } from "./http-proxy.ts";
import { Listener } from "./listener.ts";
import { createRedirect, REDIRECT_PORT } from "./redirect.ts";
import { createTcpProxy } from "./tcp-proxy.ts";
import type { TlsPair } from "./tls.ts";
import { type Counts, Traffic } from "./traffic.ts";

interface Running {
  traffic: Traffic;
  services: Map<number, RunningService>;
}

interface RunningService {
  /** The settings that it was started with. */
  settings: string;
  /** The service's own port, and the one that redirects to it. */
  listeners: Listener[];
  /** Where they listen; null while they do not. */
  address: string | null;
  checks: HealthChecks;
}

const UNKNOWN: Health = { status: "unknown", detail: null, http_status_code: null };

/** The traffic side of all load balancers: follows the store, listens, checks and forwards. */
export class Balancers {
  readonly #around: Surroundings;
  readonly #running = new Map<number, Running>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Opens what the store holds after a start; a port that is taken is reported, and left out. */
  async start(report: (line: string) => void): Promise<void> {
    for (const balancer of this.#around.store.tables.load_balancers.values()) {
      await this.apply(balancer.id).catch((cause: Error) => {
        report(`load balancer ${balancer.name}: ${cause.message}`);
      });
    }
  }

  /**
   * Brings listeners and health checks in line with the store. Throws when a port cannot be opened;
   * the others are open nevertheless.
   */
  async apply(id: number): Promise<void> {
    const balancer = this.#around.store.tables.load_balancers.get(id);
    if (balancer === undefined) return this.#remove(id);
    const running = this.#running.get(id) ?? { traffic: new Traffic(), services: new Map() };
    this.#running.set(id, running);
    const address = balancer.public_interface ? publicAddress(this.#around.store, id) : null;
    const failures: string[] = [];
    for (const [port, old] of running.services) {
      const service = balancer.services.find((s) => s.listen_port === port);
      if (service !== undefined && settingsOf(service, balancer, address) === old.settings)
        continue;
      running.services.delete(port);
      old.checks.close();
      const breakOff = service === undefined || address === null;
      for (const listener of old.listeners) await listener.close({ breakOff });
    }
    for (const service of balancer.services) {
      const open =
        running.services.get(service.listen_port) ?? this.#open(balancer, service, address);
      running.services.set(service.listen_port, open);
      open.checks.refresh();
      if (address === null || open.address !== null) continue;
      try {
        for (const listener of open.listeners) await listener.listen(address);
        open.address = address;
      } catch (cause) {
        failures.push((cause as Error).message);
      }
    }
    if (failures.length > 0) throw new Error(failures.join("; "));
  }

  /** What the checks of a service found out about a backend. */
  health(balancer: number, port: number, backend: string): Health {
    return this.#running.get(balancer)?.services.get(port)?.checks.of(backend) ?? UNKNOWN;
  }

  traffic(balancer: number): Pick<Counts, "received" | "sent"> {
    return this.#running.get(balancer)?.traffic.now() ?? { received: 0, sent: 0 };
  }

  /** Counts of the last hour, oldest first. */
  samples(balancer: number): Counts[] {
    return this.#running.get(balancer)?.traffic.samples() ?? [];
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.#remove(id)));
  }

  async #remove(id: number): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    running.traffic.end();
    for (const { listeners, checks } of running.services.values()) {
      checks.close();
      for (const listener of listeners) await listener.close({ breakOff: true });
    }
  }

  /** Begins to check a service's backends; its port is still closed. */
  #open(balancer: LoadBalancer, service: BalancerService, address: string | null): RunningService {
    const backends = () => backendsOf(this.#around, balancer);
    const chooser = new Chooser();
    const checks = new HealthChecks(service.health_check, this.#around.clock, backends);
    const traffic = this.#running.get(balancer.id)?.traffic ?? new Traffic();
    const frontend: Frontend = {
      service,
      pairs: this.#pairs(service),
      traffic,
      mostConnections: known(loadBalancerTypes, balancer.load_balancer_type).max_connections,
      candidates: () => {
        const all = backends();
        const are = (status: Health["status"]) =>
          all.filter((b) => checks.of(b.key).status === status);
        const healthy = are("healthy");
        return healthy.length > 0 ? healthy : are("unknown");
      },
      choose: (among) => chooser.choose(among, balancer.algorithm.type),
      begin: (backend) => chooser.begin(backend),
    };
    const port = service.listen_port;
    const server =
      service.protocol === "tcp" ? createTcpProxy(frontend) : createHttpProxy(frontend);
    const listeners = [new Listener(server, port)];
    if (service.http?.redirect_http) {
      listeners.push(new Listener(createRedirect(port, traffic), REDIRECT_PORT));
    }
    const settings = settingsOf(service, balancer, address);
    return { settings, listeners, checks, address: null };
  }

  #pairs({ http }: BalancerService): TlsPair[] {
    const { certificates } = this.#around.store.tables;
    return (http?.certificates ?? []).flatMap((id) => {
      const { certificate, private_key, domain_names } = certificates.get(id) ?? {};
      if (certificate == null || private_key == null) return [];
      return [{ cert: certificate, key: private_key, names: domain_names ?? [] }];
    });
  }
}

const settingsOf = (service: BalancerService, balancer: LoadBalancer, address: string | null) =>
  JSON.stringify([service, balancer.load_balancer_type, address]);
