import { isIP } from "node:net";
import { liesInOne, proxiesOf } from "./proxies.ts";
import type { Config } from "./schema.ts";

/** Addresses of the VM's own: Docker's networks, and the previews'. */
const own = ["172.16.0.0/12", "192.168.0.0/16", "10.213.0.0/16"];

/** Networks of previews.allow that say nothing of who visits. */
export function uselessVisitors(config: Config): string[] {
  return (config.previews?.allow ?? []).flatMap((network, index) => {
    const why = whyUseless(network, config);
    return why === undefined ? [] : [`previews.allow.${index}: ${why}`];
  });
}

/**
 * Why a network says nothing of who visits. Docker hands visitors by IPv6 on to Traefik from an address of the VM's own,
 * which its containers have, too; proxies that are trusted name them. On this computer everybody comes from such a one.
 */
export function whyUseless(network: string, config: Config): string | undefined {
  if (config.cloud === "local") return undefined;
  if (isIP(firstOf(network)) === 6) return proxiesOf(config).length > 0 ? undefined : bySix;
  return isOwn(network) ? byOwn : undefined;
}

const bySix =
  "lets nobody in: Traefik does not see the addresses of visitors by IPv6; name IPv4 ones";
const byOwn =
  "lets in all visitors by IPv6 and the VM's own containers, whose addresses these are; name those of your visitors";

/** Whether a network has addresses of the VM's; one that has all addresses lets everybody in by its own words. */
function isOwn(network: string): boolean {
  if (network.endsWith("/0")) return false;
  return (
    liesInOne(firstOf(network), own) ||
    own.some((each) =>
      liesInOne(firstOf(each), [network.includes("/") ? network : `${network}/32`]),
    )
  );
}

const firstOf = (network: string): string => network.split("/")[0] ?? "";
