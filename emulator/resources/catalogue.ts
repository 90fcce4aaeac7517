import * as offer from "../catalogue/catalogue.ts";
import { notFound } from "../errors.ts";
import { type ListOptions, list } from "../http/list.ts";
import type { ApiRouter } from "../http/router.ts";

const HOURS = 624; // a month's price is reached after so many hours
const NOTED = "2024-01-01T00:00:00+00:00";

/** A price as the API writes it: net and gross, as text. */
export const price = (net: number) => ({
  net: net.toFixed(10),
  gross: (net * (1 + offer.pricing.vat_rate / 100)).toFixed(10),
});

export function presentLocation(name: string) {
  const { datacenter: _, ...location } = offer.known(offer.locations, name);
  return location;
}

/** Gone from the API of today, but clients of yesterday read it. */
export function presentDatacenter(name: string) {
  const { datacenter } = offer.known(offer.locations, name);
  const types = offer.serverTypes.filter((t) => t.locations.includes(name)).map((t) => t.id);
  return {
    ...datacenter,
    description: datacenter.name,
    location: presentLocation(name),
    server_types: { supported: types, available: types, available_for_migration: types },
  };
}

export function presentServerType({ monthly_net, locations, ...type }: offer.ServerType) {
  return {
    ...type,
    storage_type: "local",
    deprecated: false,
    deprecation: null,
    prices: locations.map((location) => ({
      location,
      price_hourly: price(monthly_net / HOURS),
      price_monthly: price(monthly_net),
      included_traffic: offer.pricing.included_traffic_tb * 2 ** 40,
      price_per_tb_traffic: price(offer.pricing.traffic_tb_net),
    })),
    locations: locations.map((name) => ({
      id: offer.known(offer.locations, name).id,
      name,
      available: true,
      recommended: true,
      deprecation: null,
    })),
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
    deleted: null,
    labels: {},
  };
}

/** Serves a part of the catalogue: `GET /<plural>` and `GET /<plural>/:id`. */
function readOnly<T extends { id: number; name: string }>(
  router: ApiRouter,
  [singular, plural]: [string, string],
  entries: T[],
  present: (entry: T) => unknown,
  options: ListOptions<T> = {},
): void {
  router.get(`/${plural}`, (context) =>
    list(context, plural, entries, present, { sort: ["id", "name"], ...options }),
  );
  router.get(`/${plural}/:id`, (context) => {
    const entry = entries.find((e) => String(e.id) === context.params.id);
    if (entry === undefined) throw notFound(singular, context.params.id ?? "");
    context.body = { [singular]: present(entry) };
  });
}

export function catalogue(router: ApiRouter): void {
  readOnly(router, ["location", "locations"], offer.locations, (l) => presentLocation(l.name));
  const datacenters = offer.locations.map((l) => ({ ...l.datacenter, location: l.name }));
  readOnly(router, ["datacenter", "datacenters"], datacenters, (d) =>
    presentDatacenter(d.location),
  );
  readOnly(router, ["server_type", "server_types"], offer.serverTypes, presentServerType);
  readOnly(router, ["image", "images"], offer.images, presentImage, {
    filters: {
      type: (image, value) => image.type === value,
      status: (_, value) => value === "available",
      architecture: (image, value) => image.architecture === value,
      bound_to: () => false,
    },
  });
}
