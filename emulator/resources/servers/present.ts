import { isos, known, offerIn, serverTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import type { Server } from "../../store/records.ts";
import { presentIso, presentLocation, presentServerType } from "../catalogue.ts";
import { firewallsOf } from "../firewalls/reach.ts";
import { presentImageOf } from "../images.ts";
import { isTarget } from "../load-balancers/targets.ts";
import { presentPlacementGroup } from "../placement-groups.ts";
import { ipOf } from "../primary-ips/make.ts";
import { rescueOf } from "./rescue.ts";

/** A server as the API shows it. */
export function presentServer(cloud: Cloud, server: Server) {
  const { load_balancers, placement_groups } = cloud.store.tables;
  const group = placement_groups.get(server.placement_group ?? 0);
  const type = known(serverTypes, server.server_type);
  const ipv4 = ipOf(cloud, server.id, "ipv4");
  const ipv6 = ipOf(cloud, server.id, "ipv6");
  const pending = cloud.actions.running().filter((a) => a.command === "apply_firewall");
  const status = (...ids: number[]) =>
    pending.some((a) => ids.every((id) => a.resources.some((r) => r.id === id)))
      ? "pending"
      : "applied";
  return {
    id: server.id,
    name: server.name,
    status: server.status,
    created: server.created,
    locked: cloud.actions.locks("server", server.id),
    labels: server.labels,
    location: presentLocation(server.location),
    server_type: presentServerType(type),
    image: presentImageOf(cloud, server.image),
    iso: server.iso == null ? null : presentIso(known(isos, server.iso)),
    rescue_enabled: rescueOf(cloud, server) !== null,
    backup_window: server.backup_window,
    primary_disk_size: server.primary_disk_size,
    included_traffic: (offerIn(type, server.location)?.traffic_tb ?? 0) * 2 ** 40,
    outgoing_traffic: 0,
    ingoing_traffic: 0,
    protection: server.protection,
    volumes: cloud.store.related("volumes", "server", server.id).map((v) => v.id),
    load_balancers: [...load_balancers.values()]
      .filter((b) => isTarget(b, server))
      .map((b) => b.id),
    placement_group: group === undefined ? null : presentPlacementGroup(cloud, group),
    public_net: {
      ipv4: ipv4
        ? { id: ipv4.id, ip: ipv4.ip, blocked: false, dns_ptr: ipv4.dns_ptr[0]?.dns_ptr ?? "" }
        : null,
      ipv6: ipv6 ? { id: ipv6.id, ip: ipv6.ip, blocked: false, dns_ptr: ipv6.dns_ptr } : null,
      floating_ips: cloud.store.related("floating_ips", "server", server.id).map((ip) => ip.id),
      firewalls: firewallsOf(cloud, server).map(({ id }) => ({
        id,
        status: status(id, server.id),
      })),
    },
    private_net: server.private_net,
  };
}
