import type { Store } from "../store/store.ts";
import { answer } from "./answer.ts";
import { within } from "./domain-name.ts";
import type { ZoneSource } from "./lookup.ts";
import { reverseZone } from "./reverse.ts";
import { type DnsServer, startDnsServer } from "./server.ts";

/** What the server is authoritative for: the cloud's zones, and what its addresses resolve to. */
function zonesOf(store: Store): ZoneSource {
  return (name) => {
    for (const zone of store.everywhere("zones")) {
      if (within(name, zone.name) !== null) return zone; // no zone lies within another
    }
    const owners = [...store.everywhere("primary_ips"), ...store.everywhere("floating_ips")];
    return reverseZone(name, owners, Math.floor(Date.now() / 1000));
  };
}

interface Dns {
  /** Where this computer asks, as ADDRESS:PORT. */
  address: string;
  /** Where servers ask; null if they cannot. */
  addressForServers: string | null;
  close: () => Promise<void>;
}

/**
 * Serves the store's zones on loopback, at the port of the address `before` if that is free, and at
 * `gateway`, this computer's address on the servers' network.
 */
export async function startDns(
  store: Store,
  before: string | undefined,
  gateway: string | null,
): Promise<Dns> {
  const zones = zonesOf(store);
  const start = (host: string, port: number | null): Promise<DnsServer> =>
    startDnsServer((message, transport) => answer(zones, message, transport), host, port);
  const own = await start("127.0.0.1", before ? Number(before.split(":").at(-1)) : null);
  // An engine on another computer has a gateway that nothing can listen at here.
  const other = gateway === null ? null : await start(gateway, own.port).catch(() => null);
  return {
    address: `127.0.0.1:${own.port}`,
    addressForServers: other === null ? null : `${gateway}:${other.port}`,
    close: async () => {
      await Promise.all([own.close(), other?.close()]);
    },
  };
}
