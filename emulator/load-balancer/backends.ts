import type { Clock } from "../clock.ts";
import { matcher } from "../http/label-selector.ts";
import type { Machines } from "../machines/machine.ts";
import type { LoadBalancer, Server } from "../store/records.ts";
import type { Store } from "../store/store.ts";

/** Something that a load balancer can send traffic to. */
export interface Backend {
  /** Names it in the answers' health status, in cookies and between health checks. */
  readonly key: string;
  /** Where it is now; null while it is nowhere. */
  address(): Promise<string | null>;
}

export interface Surroundings {
  readonly store: Store;
  readonly machines: Machines;
  readonly clock: Clock;
}

/** The backends of a load balancer, by the store as it is now; each once. */
export function backendsOf({ store, machines }: Surroundings, balancer: LoadBalancer): Backend[] {
  const found = new Map<string, Backend>();
  const add = (key: string, address: Backend["address"]) => {
    if (!found.has(key)) found.set(key, { key, address });
  };
  const addServer = (server: Server, privately: boolean) => {
    const network = privately ? (balancer.private_net[0]?.network ?? null) : null;
    if (privately && !server.private_net.some((n) => n.network === network)) return;
    add(`server ${server.id}`, () => whereReached({ store, machines }, server.id, network));
  };
  for (const target of balancer.targets) {
    if (target.type === "ip") add(`ip ${target.ip.ip}`, async () => target.ip.ip);
    else if (target.type === "server") {
      const server = store.tables.servers.get(target.server.id);
      if (server !== undefined) addServer(server, target.use_private_ip);
    } else {
      const matches = matcher(target.label_selector.selector);
      for (const server of store.tables.servers.values()) {
        if (matches?.(server.labels)) addServer(server, target.use_private_ip);
      }
    }
  }
  return [...found.values()];
}

/** Where this computer reaches a server, at its interface in a network or its public one; null while it is nowhere. */
export async function whereReached(
  { store, machines }: Pick<Surroundings, "store" | "machines">,
  server: number,
  network: number | null,
): Promise<string | null> {
  return (await machines.endpoint(server, network)) ?? publicAddress(store, server);
}

/** The public IPv4 address of a server or a load balancer. */
export function publicAddress(store: Store, owner: number): string | null {
  for (const ip of store.tables.primary_ips.values()) {
    if (ip.assignee_id === owner && ip.type === "ipv4") return ip.ip;
  }
  return null;
}
