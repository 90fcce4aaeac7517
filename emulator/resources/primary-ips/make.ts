import { randomInt } from "node:crypto";
import type { Cloud } from "../../cloud.ts";
import { ApiError } from "../../errors.ts";
import type { PrimaryIp } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { defaultPointer } from "./pointers.ts";

/** A server's primary IP of one family. */
export function ipOf({ store }: Cloud, server: number, family: PrimaryIp["type"]) {
  return store.related("primary_ips", "assignee_id", server).find((ip) => ip.type === family);
}

/** Makes a primary IP that no request has asked for by itself: a new server's. */
export async function makePrimaryIp(
  { store, addresses, clock }: Cloud,
  wish: Pick<PrimaryIp, "type" | "location" | "auto_delete"> & Partial<PrimaryIp>,
  check: () => void = () => {},
): Promise<PrimaryIp> {
  const ip = wish.type === "ipv6" ? addresses.freeIpv6() : await addresses.freeIpv4();
  if (ip === null) throw new ApiError(412, "resource_unavailable", "no address is free");
  try {
    check(); // once more: another request may have come while this one looked for an address
    const made: PrimaryIp = {
      id: store.nextId("primary_ips"),
      created: timestamp(clock),
      name: `primary_ip-${randomInt(1_000_000, 9_999_999)}`,
      labels: {},
      ip,
      assignee_id: null,
      dns_ptr: wish.type === "ipv4" ? [{ ip, dns_ptr: defaultPointer(ip) }] : [],
      protection: { delete: false },
      ...wish,
    };
    store.tables.primary_ips.set(made.id, made);
    return made;
  } finally {
    addresses.release(ip);
  }
}
