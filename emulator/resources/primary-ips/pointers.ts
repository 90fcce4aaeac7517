import { isInside } from "../../dns/ip-address.ts";
import { invalidField, parse } from "../../errors.ts";
import type { PrimaryIp } from "../../store/records.ts";
import { pointer } from "./fields.ts";

/** The name that an address resolves to until its owner says otherwise. */
export function defaultPointer(ip: string): string {
  return `static.${ip.split(".").reverse().join(".")}.clients.your-server.de`;
}

/** Sets, or with null resets, what an address resolves to. */
export function changePointer(ip: Pick<PrimaryIp, "type" | "ip" | "dns_ptr">, body: unknown): void {
  const wish = parse(pointer, body);
  if (!isInside(wish.ip, ip.ip)) throw invalidField("ip", "does not belong to this resource");
  const name = wish.dns_ptr ?? (ip.type === "ipv4" ? defaultPointer(wish.ip) : null);
  ip.dns_ptr = ip.dns_ptr.filter((entry) => entry.ip !== wish.ip);
  if (name !== null) ip.dns_ptr.push({ ip: wish.ip, dns_ptr: name });
}
