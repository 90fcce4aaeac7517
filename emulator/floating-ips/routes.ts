import { whereReached } from "../load-balancer/backends.ts";
import type { Frontend } from "../load-balancer/frontend.ts";
import { Listener } from "../load-balancer/listener.ts";
import { createTcpProxy } from "../load-balancer/tcp-proxy.ts";
import { Traffic } from "../load-balancer/traffic.ts";
import { PORTS } from "../machines/docker/run-arguments.ts";
import type { Machines } from "../machines/machine.ts";
import type { Store } from "../store/store.ts";

const MOST_CONNECTIONS = 10_000;

interface Route {
  server: number;
  listeners: Listener[];
  traffic: Traffic;
}

/**
 * Leads what comes in at floating IPs to the servers that they are assigned to: at the ports that a
 * server's own address answers at, and while the server is on. A container cannot be published at
 * another address while it runs, so the emulator's process stands between.
 */
export class FloatingRoutes {
  readonly #store: Store;
  readonly #machines: Machines;
  readonly #open = new Map<number, Route>();

  constructor({ store, machines }: { store: Store; machines: Machines }) {
    this.#store = store;
    this.#machines = machines;
  }

  /** Opens what the store holds after a start; an address that is taken is reported, and left out. */
  async start(report: (line: string) => void): Promise<void> {
    for (const { id, name } of this.#store.tables.floating_ips.values()) {
      await this.apply(id).catch((cause: Error) => report(`floating IP ${name}: ${cause.message}`));
    }
  }

  /** Brings the ports of a floating IP in line with the store. Throws when one cannot be opened. */
  async apply(id: number): Promise<void> {
    const ip = this.#store.tables.floating_ips.get(id);
    const server = ip?.type === "ipv4" && (await this.#leads()) ? ip.server : null;
    if (this.#open.get(id)?.server === server) return;
    await this.#close(id); // what is connected goes on with no other server
    if (ip === undefined || server === null) return;
    const traffic = new Traffic();
    const listeners = PORTS.map((port) => {
      return new Listener(createTcpProxy(this.#frontend(server, port, traffic)), port);
    });
    this.#open.set(id, { server, listeners, traffic });
    try {
      for (const listener of listeners) await listener.listen(ip.ip);
    } catch (cause) {
      await this.#close(id);
      throw cause;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.#close(id)));
  }

  /** Without machines there is nowhere to lead to. */
  async #leads(): Promise<boolean> {
    return (await this.#machines.gateway()) !== null;
  }

  async #close(id: number): Promise<void> {
    const route = this.#open.get(id);
    if (route === undefined) return;
    this.#open.delete(id);
    route.traffic.end();
    for (const listener of route.listeners) await listener.close({ breakOff: true });
  }

  #frontend(server: number, port: number, traffic: Traffic): Frontend {
    const surroundings = { store: this.#store, machines: this.#machines };
    const backend = { key: "server", address: () => whereReached(surroundings, server, null) };
    return {
      service: {
        protocol: "tcp",
        listen_port: port,
        destination_port: port,
        proxyprotocol: false,
        http: null,
      },
      pairs: [],
      traffic,
      mostConnections: MOST_CONNECTIONS,
      candidates: () => [backend],
      choose: ([only]) => only ?? null,
      begin: () => () => {},
    };
  }
}
