import type { Server } from "../hcloud/schema.ts";
import type { PricedResource, StackPlan } from "../plan/changes.ts";
import { judgeOffer, type Offer } from "./offer.ts";

/** What keeps the servers of some plans from being ordered, or changed into what is planned: a line each. */
export function wrongWithPlanned(plans: StackPlan[], offer: Offer): string[] {
  return plans.flatMap(({ now, after }) =>
    after.flatMap((planned) => {
      if (planned.type !== "hcloud_server") return [];
      const before = now.find(({ address }) => address === planned.address);
      const { server_type: type, location, image } = textsOf(planned);
      return judgeOffer({ type, location, image }, offer, before && asServer(before, offer))
        .problems;
    }),
  );
}

function asServer(resource: PricedResource, { types }: Offer): Server {
  const { server_type: type, location, image } = textsOf(resource);
  const found = types.find(({ name }) => name === type);
  return {
    ...{
      id: 0,
      name: resource.address,
      labels: {},
      status: "running",
      location: { name: location },
    },
    server_type: { name: type, architecture: found?.architecture ?? "" },
    primary_disk_size: Number(resource.values.primary_disk_size ?? found?.disk ?? 0),
    image: { name: image },
  };
}

function textsOf({ values }: PricedResource) {
  const text = (key: string) => String(values[key] ?? "");
  return { server_type: text("server_type"), location: text("location"), image: text("image") };
}
