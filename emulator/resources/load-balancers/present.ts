import { known, loadBalancerTypes, pricing } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import type { BalancerTarget, LoadBalancer, PrimaryIp } from "../../store/records.ts";
import { presentLoadBalancerType, presentLocation } from "../catalogue.ts";
import { ipOf } from "../primary-ips/make.ts";
import { selected } from "./targets.ts";

/** The one address that a load balancer has of its IPv6 network. */
export const hostOf = (ip: PrimaryIp) => (ip.type === "ipv4" ? ip.ip : ip.ip.replace("/64", "1"));

function presentAddress(ip: PrimaryIp | undefined) {
  if (ip === undefined) return { ip: null, dns_ptr: null };
  const host = hostOf(ip);
  const dns_ptr = ip.dns_ptr.find((pointer) => pointer.ip === host)?.dns_ptr ?? null;
  return { id: ip.id, ip: host, blocked: false, dns_ptr };
}

/** A load balancer as the API shows it, with what its health checks found. */
export function presentLoadBalancer(cloud: Cloud, balancer: LoadBalancer) {
  const { public_interface, load_balancer_type, ...rest } = balancer;
  const health = (key: string) =>
    balancer.services.map(({ listen_port }) => ({
      listen_port,
      ...cloud.balancers.health(balancer.id, listen_port, key),
    }));
  const server = (id: number, ip: string | null, use_private_ip: boolean) => ({
    type: "server" as const,
    server: { id, ip: ip ?? (use_private_ip ? null : (ipOf(cloud, id, "ipv4")?.ip ?? null)) },
    use_private_ip,
    health_status: health(`server ${id}`),
  });
  const target = (t: BalancerTarget) => {
    if (t.type === "ip") return { ...t, health_status: health(`ip ${t.ip.ip}`) };
    if (t.type === "server") return server(t.server.id, t.server.ip, t.use_private_ip);
    const found = selected(cloud, t.label_selector.selector);
    return { ...t, targets: found.map((s) => server(s.id, null, t.use_private_ip)) };
  };
  const { received, sent } = cloud.balancers.traffic(balancer.id);
  return {
    ...rest,
    location: presentLocation(balancer.location),
    load_balancer_type: presentLoadBalancerType(known(loadBalancerTypes, load_balancer_type)),
    public_net: {
      enabled: public_interface,
      ipv4: presentAddress(ipOf(cloud, balancer.id, "ipv4")),
      ipv6: presentAddress(ipOf(cloud, balancer.id, "ipv6")),
    },
    targets: balancer.targets.map(target),
    included_traffic: pricing.included_traffic_tb * 2 ** 40,
    ingoing_traffic: received,
    outgoing_traffic: sent,
  };
}
