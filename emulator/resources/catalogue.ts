import * as offer from "../catalogue/catalogue.ts";
import { ApiError, invalidInput, notFound } from "../errors.ts";
import { among, type ListOptions, list } from "../http/list.ts";
import type { ApiRouter } from "../http/router.ts";

const HOURS = 624; // a month's price is reached after so many hours
const NOTED = "2024-01-01T00:00:00+00:00";

/** A price as the API writes it: net with 10 decimals and gross with 16, as text. */
export const price = (net: number) => ({
  net: net.toFixed(10),
  gross: `${(net * (1 + offer.pricing.vat_rate / 100)).toFixed(10)}000000`,
});

/** What something that costs so much a month costs in a location, and what its traffic does. */
export const priceIn = (location: string, monthlyNet: number, trafficTb: number) => ({
  location,
  price_hourly: price(Math.round((monthlyNet / HOURS) * 10_000) / 10_000),
  price_monthly: price(monthlyNet),
  included_traffic: trafficTb * 2 ** 40,
  price_per_tb_traffic: price(
    offer.pricing.traffic_tb_net_in[location] ?? offer.pricing.traffic_tb_net,
  ),
});

export function presentLocation(name: string) {
  const { datacenter: _, ...location } = offer.known(offer.locations, name);
  return location;
}

/** A server type as the API shows it: what holds in each location, and what holds in all. */
export function presentServerType({ offers, retired, ...type }: offer.ServerType) {
  const everywhere = offers.every((o) => o.deprecation !== undefined);
  const deprecation = everywhere ? (offers[0]?.deprecation ?? retired ?? null) : null;
  const sold = offers.flatMap((o) => o.locations.map((name) => ({ ...o, name })));
  return {
    ...type,
    storage_type: "local",
    deprecated: deprecation !== null,
    deprecation,
    prices: sold.map((o) => priceIn(o.name, o.monthly_net, o.traffic_tb)),
    locations: sold.map((o) => ({
      id: offer.known(offer.locations, o.name).id,
      name: o.name,
      available: !offer.isGone(o),
      recommended: o.deprecation === undefined,
      deprecation: o.deprecation ?? null,
    })),
  };
}

/** The server type that a request names by id or name, unless it can no longer be ordered anywhere. */
export function orderedType(key: string | number): offer.ServerType {
  const type = offer.find(offer.serverTypes, key);
  if (type !== undefined) return type;
  const retired = offer.find(offer.retiredServerTypes, key);
  if (retired === undefined) throw notFound("server type", key);
  const message = `server type ${retired.name} is unavailable and can no longer be ordered`;
  throw new ApiError(412, "resource_unavailable", message);
}

/** Refuses a server type where it is not sold, or no longer. */
export function assertSold(type: offer.ServerType, location: string): void {
  if (!offer.orderableIn(type).includes(location)) {
    throw invalidInput("unsupported location for server type", []);
  }
}

export function presentLoadBalancerType({ monthly_net, ...type }: offer.LoadBalancerType) {
  return {
    ...type,
    deprecated: null,
    deprecation: null,
    prices: offer.locations.map(({ name }) =>
      priceIn(name, monthly_net, offer.pricing.included_traffic_tb),
    ),
  };
}

export function presentStorageBoxType({ monthly_net, ...type }: offer.StorageBoxType) {
  return {
    ...type,
    prices: offer.storageBoxLocations.map((name) => {
      const { location, price_hourly, price_monthly } = priceIn(name, monthly_net, 0);
      return { location, price_hourly, price_monthly, setup_fee: price(0) };
    }),
    deprecation: null,
  };
}

export function presentImage(image: offer.Image) {
  return {
    ...image,
    status: "available",
    image_size: null,
    disk_size: 5,
    created: NOTED,
    created_from: null,
    bound_to: null,
    rapid_deploy: true,
    protection: { delete: false },
    deprecated: null,
    deprecation: null,
    deleted: null,
    labels: {},
  };
}

export const presentIso = (iso: offer.Iso) => ({ ...iso, deprecation: null });

/** ISOs that fit all architectures are found by one only when they are asked for too. */
function isos(router: ApiRouter): void {
  readOnly(router, ["iso", "isos"], offer.isos, presentIso, {
    filters: {
      architecture: among(["x86", "arm"], (iso, value, query) => {
        const any = query.get("include_architecture_wildcard") === "true";
        return iso.architecture === value || (any && iso.architecture === null);
      }),
      include_architecture_wildcard: among(["true", "false"], () => true),
    },
  });
}

/**
 * Serves a part of the catalogue: `GET /<plural>` and `GET /<plural>/:id`. What is retired is not
 * listed, but can still be read.
 */
function readOnly<T extends { id: number; name: string }>(
  router: ApiRouter,
  [singular, plural]: [string, string],
  entries: T[],
  present: (entry: T) => unknown,
  { retired = [], ...options }: ListOptions<T> & { retired?: T[] } = {},
): void {
  router.get(`/${plural}`, (context) =>
    list(context, plural, entries, present, { sort: ["id", "name"], ...options }),
  );
  router.get(`/${plural}/:id`, (context) => {
    const entry = [...entries, ...retired].find((e) => String(e.id) === context.params.id);
    if (entry === undefined) throw notFound(singular, context.params.id ?? "");
    context.body = { [singular]: present(entry) };
  });
}

export function catalogue(router: ApiRouter): void {
  readOnly(router, ["location", "locations"], offer.locations, (l) => presentLocation(l.name));
  router.get("/datacenters{/:id}", () => {
    throw new ApiError(410, "deprecated_api_endpoint", "datacenters have been removed", {
      announcement: "https://docs.hetzner.cloud/changelog#2026-06-02-datacenters-deprecated",
    });
  });
  readOnly(router, ["server_type", "server_types"], offer.serverTypes, presentServerType, {
    retired: offer.retiredServerTypes,
  });
  readOnly(
    router,
    ["load_balancer_type", "load_balancer_types"],
    offer.loadBalancerTypes,
    presentLoadBalancerType,
  );
  isos(router);
  readOnly(
    router,
    ["storage_box_type", "storage_box_types"],
    offer.storageBoxTypes,
    presentStorageBoxType,
  );
}
