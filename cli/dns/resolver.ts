import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { HostRecords } from "../../config/records.ts";

/** What a name server said: the values, none when there are none, or why there is no answer. */
export type Answer = { values: string[] } | { trouble: string };

/** Asks for the records of a name and type. */
export type Ask = (host: string, type: HostRecords["type"]) => Promise<Answer>;

/**
 * Asks one name server, or, without one, those of the zone that a host lies in: what resolvers on the way
 * have kept since before a change would only be in the way.
 *
 * @param nameserver as ADDRESS:PORT
 */
export function createAsk(nameserver: string | undefined): Ask {
  const known = new Map<string, Promise<Resolver>>();
  return async (host, type) => {
    const name = nameserver ?? host;
    let resolver = known.get(name);
    if (resolver === undefined) {
      resolver = nameserver === undefined ? authorityOf(host) : Promise.resolve(at([nameserver]));
      known.set(name, resolver);
    }
    return ask(await resolver, host, type);
  };
}

function at(servers: string[]): Resolver {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return resolver;
}

/** The name servers of the nearest zone above a host; the system's own where that cannot be found. */
async function authorityOf(host: string): Promise<Resolver> {
  const system = at([]);
  const labels = host.split(".");
  for (let from = 0; from < labels.length - 1; from++) {
    const zone = labels.slice(from).join(".");
    const names = await system.resolveNs(zone).catch(() => []);
    const found = await Promise.all(names.map((name) => system.resolve4(name).catch(() => [])));
    const addresses = found.flat().filter((address) => isIP(address) === 4);
    if (addresses.length > 0) return at(addresses);
  }
  return system;
}

async function ask(resolver: Resolver, host: string, type: HostRecords["type"]): Promise<Answer> {
  try {
    if (type === "A") return { values: await resolver.resolve4(host) };
    if (type === "AAAA") return { values: await resolver.resolve6(host) };
    const found = await resolver.resolveCaa(host);
    return {
      values: found.flatMap(({ critical, issue }) =>
        issue === undefined ? [] : [`${critical} issue "${issue}"`],
      ),
    };
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return ["ENOTFOUND", "ENODATA"].includes(code) ? { values: [] } : { trouble: code.slice(1) };
  }
}
