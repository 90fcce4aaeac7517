import { isIP } from "node:net";
import { liesInOne } from "./proxies.ts";
import type { Config } from "./schema.ts";

/** Addresses of the VM's own: Docker's networks, and the previews'. */
const own = ["172.16.0.0/12", "192.168.0.0/16", "10.213.0.0/16"];

/**
 * Networks of previews.allow that say nothing of who visits. Docker hands visitors by IPv6 on to Traefik from an address of
 * the VM's own, which its containers have, too. On this computer everybody comes from such a one.
 */
export function uselessVisitors({ cloud, previews }: Config): string[] {
  const problem = (network: string, index: number): string[] => {
    const why = isIP(firstOf(network)) === 6 ? bySix : isOwn(network) ? byOwn : "";
    return why === "" ? [] : [`previews.allow.${index}: ${why}`];
  };
  return cloud === "local" ? [] : (previews?.allow ?? []).flatMap(problem);
}

const bySix =
  "lets nobody in: Traefik does not see the addresses of visitors by IPv6; name IPv4 ones";
const byOwn =
  "lets in all visitors by IPv6 and the VM's own containers, whose addresses these are; name those of your visitors";

/** Whether a network has addresses of the VM's; one that has all addresses lets everybody in by its own words. */
function isOwn(network: string): boolean {
  if (network.endsWith("/0")) return false;
  return (
    liesInOne(firstOf(network), own) || own.some((each) => liesInOne(firstOf(each), [network]))
  );
}

const firstOf = (network: string): string => network.split("/")[0] ?? "";
