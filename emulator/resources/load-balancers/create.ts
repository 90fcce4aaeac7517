import { z } from "zod";
import { find, loadBalancerTypes, locations } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { invalidField, notFound, parse } from "../../errors.ts";
import type { LoadBalancer, PrimaryIp } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { startOnBalancer } from "../../work/work.ts";
import { assertUniqueName, id, idOrName, labels, name } from "../fields.ts";
import { allocate } from "../networks/members.ts";
import { makePrimaryIp } from "../primary-ips/make.ts";
import { chosenIp } from "../servers/create.ts";
import { algorithm, service, target } from "./fields.ts";
import { assertRoomForService, assertServiceFits, newService } from "./services.ts";
import { checkedTarget } from "./targets.ts";

const schema = z.object({
  name,
  load_balancer_type: idOrName,
  algorithm: algorithm.optional(),
  location: idOrName.nullish(),
  network_zone: z.string().nullish(),
  labels: labels.optional(),
  targets: z.array(target).nullish(),
  services: z.array(service).nullish(),
  public_interface: z.boolean().nullish(),
  public_net: z.object({ ipv4: id.nullish(), ipv6: id.nullish() }).nullish(),
  network: id.nullish(),
});
type Wish = z.output<typeof schema>;

function placeOf(wish: Wish) {
  if ((wish.location == null) === (wish.network_zone == null)) {
    throw invalidField("location", "exactly one of location and network_zone is needed");
  }
  if (wish.location != null) {
    const location = find(locations, wish.location);
    if (location === undefined) throw notFound("location", wish.location);
    return location;
  }
  const location = locations.find((l) => l.network_zone === wish.network_zone);
  if (location === undefined) throw invalidField("network_zone", "is not a network zone");
  return location;
}

/** Checks a wish as a whole; nothing is changed. */
function draft(cloud: Cloud, wish: Wish) {
  const { load_balancers, networks } = cloud.store.tables;
  assertUniqueName(load_balancers, wish.name);
  const type = find(loadBalancerTypes, wish.load_balancer_type);
  if (type === undefined) throw notFound("load balancer type", wish.load_balancer_type);
  const location = placeOf(wish);
  const chosen = {
    ipv4: chosenIp(cloud, wish.public_net?.ipv4, "ipv4"),
    ipv6: chosenIp(cloud, wish.public_net?.ipv6, "ipv6"),
  };
  for (const ip of [chosen.ipv4, chosen.ipv6]) {
    if (ip !== null && ip.location !== location.name) {
      throw invalidField("public_net", `primary IP ${ip.id} is in ${ip.location}`);
    }
  }
  const balancer: Omit<LoadBalancer, "id"> = {
    created: timestamp(cloud.clock),
    name: wish.name,
    labels: wish.labels ?? {},
    load_balancer_type: type.name,
    location: location.name,
    algorithm: wish.algorithm ?? { type: "round_robin" },
    public_interface: wish.public_interface ?? true,
    private_net: [],
    services: [],
    targets: [],
    protection: { delete: false },
  };
  if (wish.network != null) {
    const network = networks.get(wish.network);
    if (network === undefined) throw notFound("network", wish.network);
    balancer.private_net.push({
      network: network.id,
      ip: allocate(cloud, network, location.name, {}),
    });
  }
  const whole = { ...balancer, id: 0 };
  for (const each of wish.services ?? []) {
    assertRoomForService(whole);
    const service = newService(each, whole.services);
    assertServiceFits(cloud, whole, service);
    whole.services.push(service);
  }
  for (const each of wish.targets ?? []) whole.targets.push(checkedTarget(cloud, whole, each));
  return { balancer, chosen };
}

/** Makes a load balancer with its addresses, and opens its ports. */
export async function createLoadBalancer(cloud: Cloud, body: unknown) {
  const wish = parse(schema, body);
  const { store } = cloud;
  const { primary_ips } = store.tables;
  let { balancer, chosen } = draft(cloud, wish);
  const made: PrimaryIp[] = [];
  try {
    for (const type of ["ipv4", "ipv6"] as const) {
      if (chosen[type] !== null) continue;
      made.push(
        await makePrimaryIp(cloud, { type, location: balancer.location, auto_delete: true }),
      );
    }
    ({ balancer, chosen } = draft(cloud, wish)); // other requests were answered meanwhile
  } catch (cause) {
    for (const ip of made) primary_ips.delete(ip.id);
    throw cause;
  }
  const whole: LoadBalancer = { ...balancer, id: store.nextId("load_balancers") };
  store.tables.load_balancers.set(whole.id, whole);
  for (const ip of [...made, chosen.ipv4, chosen.ipv6]) {
    if (ip !== null) Object.assign(ip, { assignee_id: whole.id, assignee_type: "load_balancer" });
  }
  return {
    load_balancer: whole,
    action: startOnBalancer(cloud, "create_load_balancer", whole.id),
  };
}
