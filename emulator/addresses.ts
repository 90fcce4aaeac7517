import { randomBytes } from "node:crypto";
import type { Machines } from "./machines/machine.ts";
import type { Store } from "./store/store.ts";

const FIRST_HOST = 10; // below are the registry and what else the cloud itself may need
const LAST_HOST = 250;

/** Hands out the public addresses of a cloud: IPv4 on loopback, IPv6 from the documentation range. */
export class Addresses {
  readonly #subnet: number;
  readonly #store: Store;
  readonly #machines: Machines;
  readonly #reserved = new Set<string>();

  /** `subnet` is the third number of this cloud's 127.77.SUBNET.0/24. */
  constructor(subnet: number, store: Store, machines: Machines) {
    this.#subnet = subnet;
    this.#store = store;
    this.#machines = machines;
  }

  /** An IPv4 address that no primary or floating IP has and nothing on this computer answers at. */
  async freeIpv4(): Promise<string | null> {
    const taken = new Set<string>();
    for (const { ip } of this.#store.everywhere("primary_ips")) taken.add(ip);
    for (const { ip } of this.#store.everywhere("floating_ips")) taken.add(ip);
    for (let host = FIRST_HOST; host <= LAST_HOST; host++) {
      const address = `127.77.${this.#subnet}.${host}`;
      if (taken.has(address) || this.#reserved.has(address)) continue;
      this.#reserved.add(address); // another request may look while this one waits
      if (await this.#machines.isFree(address)) return address;
      this.#reserved.delete(address);
    }
    return null;
  }

  /** To be called when the address is in the store, or is not needed after all. */
  release(address: string | null): void {
    if (address !== null) this.#reserved.delete(address);
  }

  /** A network that looks real and that nothing can reach. */
  freeIpv6(): string {
    const part = () => randomBytes(2).readUInt16BE().toString(16);
    return `2001:db8:${part()}:${part()}::/64`;
  }
}
