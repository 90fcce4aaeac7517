import { z } from "zod";
import { find, locations, orderableIn } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { ApiError, invalidField, invalidInput, isLocked, notFound, parse } from "../../errors.ts";
import type { Action, PrimaryIp, PrivateNet, Server } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { startOn } from "../../work/work.ts";
import { assertSold, orderedType } from "../catalogue.ts";
import { assertUniqueName, id, idOrName, labels } from "../fields.ts";
import { assertFirewallCount } from "../firewalls/reach.ts";
import { assertFits, findImage } from "../images.ts";
import { assertAttachable, placeInNetwork } from "../networks/server-networks.ts";
import { assertRoomIn } from "../placement-groups.ts";
import { makePrimaryIp } from "../primary-ips/make.ts";
import { newPassword } from "./password.ts";

/** A server's name is its host name. */
export const hostName = z
  .string()
  .max(63)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, "is not a host name");

const MOST_USER_DATA = 32 * 1024;
export const userData = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= MOST_USER_DATA, "is larger than 32 KiB")
  .nullish();

const schema = z.object({
  name: hostName,
  server_type: idOrName,
  image: idOrName,
  location: z.string().optional(),
  start_after_create: z.boolean().optional(),
  ssh_keys: z.array(idOrName).optional(),
  user_data: userData,
  labels: labels.optional(),
  volumes: z.array(id).optional(),
  automount: z.boolean().optional(),
  firewalls: z.array(z.object({ firewall: id })).optional(),
  networks: z.array(id).max(3).optional(),
  placement_group: id.nullish(),
  public_net: z
    .object({
      enable_ipv4: z.boolean().optional(),
      enable_ipv6: z.boolean().optional(),
      ipv4: id.nullish(),
      ipv6: id.nullish(),
    })
    .nullish(),
});
type Wish = z.output<typeof schema>;

/** Checks everything a new server refers to, before anything is changed. */
function resolve(cloud: Cloud, wish: Wish) {
  const { tables } = cloud.store;
  assertUniqueName(tables.servers, wish.name);
  assertConnected(wish);

  const type = orderedType(wish.server_type);
  const image = findImage(cloud, wish.image, type.architecture);
  assertFits(cloud, image, type.architecture, type.disk);

  const keys = (wish.ssh_keys ?? []).map((key) => {
    const known = [...tables.ssh_keys.values()].find((k) => k.id === key || k.name === key);
    if (known === undefined) throw notFound("SSH key", key);
    return known.public_key;
  });
  const firewallIds = new Set((wish.firewalls ?? []).map((f) => f.firewall));
  const firewalls = [...firewallIds].map((key) => {
    const known = tables.firewalls.get(key);
    if (known === undefined) throw notFound("firewall", key);
    return known;
  });
  assertFirewallCount(firewalls.length);
  const ipv4 = chosenIp(cloud, wish.public_net?.ipv4, "ipv4");
  const ipv6 = chosenIp(cloud, wish.public_net?.ipv6, "ipv6");

  const wanted = wish.location ?? ipv4?.location ?? orderableIn(type)[0] ?? "";
  const location = find(locations, wanted);
  if (location === undefined) throw notFound("location", wanted);
  assertSold(type, location.name);
  if (!cloud.machines.architectures.includes(type.architecture)) {
    const message = `this computer cannot run ${type.architecture} servers (${type.name})`;
    throw new ApiError(412, "resource_unavailable", message);
  }
  for (const ip of [ipv4, ipv6]) {
    if (ip !== null && ip.location !== location.name) {
      const message = `primary IP ${ip.id} is in ${ip.location}`;
      throw new ApiError(422, "primary_ip_datacenter_mismatch", message);
    }
  }
  const volumes = (wish.volumes ?? []).map((key) => {
    const known = tables.volumes.get(key);
    if (known === undefined) throw notFound("volume", key);
    if (known.server !== null) throw invalidField("volumes", `volume ${key} is attached already`);
    if (known.location !== location.name) throw invalidField("volumes", "is in another location");
    if (cloud.actions.locks("volume", key)) throw isLocked("volume");
    return known;
  });
  const networks = placesIn(cloud, wish.networks ?? [], location.name);
  const group = wish.placement_group ?? null;
  if (group !== null) assertRoomIn(cloud, group);
  return { type, image, keys, firewalls, ipv4, ipv6, location: location.name, volumes, networks };
}

/** A server that is to start needs an interface. */
function assertConnected({ public_net, networks, start_after_create }: Wish): void {
  const { enable_ipv4 = true, enable_ipv6 = true } = public_net ?? {};
  if (enable_ipv4 || enable_ipv6 || networks?.length || start_after_create === false) return;
  const kinds = "primary_ipv4, primary_ipv6, private_network";
  throw invalidInput(`server must be attached to at least one of: ${kinds}`, []);
}

function placesIn(cloud: Cloud, keys: number[], location: string): PrivateNet[] {
  const places: PrivateNet[] = [];
  for (const key of keys) {
    const network = cloud.store.tables.networks.get(key);
    if (network === undefined) throw notFound("network", key);
    assertAttachable(cloud, places, network);
    places.push(placeInNetwork(cloud, network, location));
  }
  return places;
}

/** A free primary IP that a request names; null if it names none. */
export function chosenIp(cloud: Cloud, key: number | null | undefined, type: PrimaryIp["type"]) {
  if (key == null) return null;
  const ip = cloud.store.tables.primary_ips.get(key);
  if (ip === undefined) throw notFound("primary IP", key);
  if (ip.type !== type) {
    throw new ApiError(412, "primary_ip_version_mismatch", `primary IP ${key} is not ${type}`);
  }
  if (ip.assignee_id !== null) {
    throw new ApiError(422, "primary_ip_assigned", `primary IP ${key} is assigned already`);
  }
  return ip;
}

/** Makes a server, what it needs around it, and starts its machine. */
export async function createServer(cloud: Cloud, body: unknown) {
  const wish = parse(schema, body);
  const { store } = cloud;
  let found = resolve(cloud, wish);
  const made: PrimaryIp[] = [];
  const ips = { ipv4: found.ipv4, ipv6: found.ipv6 };
  try {
    for (const type of ["ipv4", "ipv6"] as const) {
      if (wish.public_net?.[`enable_${type}`] === false || ips[type] !== null) continue;
      const place = { type, location: found.location, auto_delete: true };
      ips[type] = await makePrimaryIp(cloud, place);
      made.push(ips[type]);
    }
    found = resolve(cloud, wish); // other requests were answered meanwhile
  } catch (cause) {
    for (const ip of made) store.tables.primary_ips.delete(ip.id);
    throw cause;
  }

  const server: Server = {
    id: store.nextId("servers"),
    created: timestamp(cloud.clock),
    name: wish.name,
    labels: wish.labels ?? {},
    status: "initializing",
    server_type: found.type.name,
    image: found.image.id,
    location: found.location,
    primary_disk_size: found.type.disk,
    backup_window: null,
    protection: { delete: false, rebuild: false },
    user_data: wish.user_data || null,
    public_keys: found.keys,
    private_net: found.networks,
    placement_group: wish.placement_group ?? null,
  };
  store.tables.servers.set(server.id, server);
  for (const ip of [ips.ipv4, ips.ipv6]) {
    if (ip !== null) ip.assignee_id = server.id;
  }
  for (const firewall of found.firewalls) {
    firewall.applied_to.push({ type: "server", server: { id: server.id } });
  }
  for (const volume of found.volumes) {
    volume.server = server.id;
    volume.automount = wish.automount ?? false;
  }

  const password = found.keys.length === 0 ? newPassword() : null;
  const action = startOn(cloud, "create_server", server, password);
  const next: Action[] =
    wish.start_after_create === false ? [] : [startOn(cloud, "start_server", server)];
  return { server, action, next_actions: next, root_password: password };
}
