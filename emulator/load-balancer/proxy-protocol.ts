import { isIPv6, type Socket } from "node:net";

/** The line of the PROXY protocol, version 1, that tells a backend who its client is. */
export function proxyLine({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  if (remoteAddress === undefined || localAddress === undefined) return "PROXY UNKNOWN\r\n";
  const family = isIPv6(remoteAddress) ? "TCP6" : "TCP4";
  return `PROXY ${family} ${remoteAddress} ${localAddress} ${remotePort} ${localPort}\r\n`;
}
