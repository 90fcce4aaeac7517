import { isIPv4 } from "node:net";
import { known, loadBalancerTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { ApiError, notFound } from "../../errors.ts";
import { matcher } from "../../http/label-selector.ts";
import type { BalancerTarget, LoadBalancer, Server } from "../../store/records.ts";
import { addressNumber, holds, isPrivate, knownRange, parseRange } from "../networks/ip-range.ts";
import { limitReached } from "../networks/layout.ts";
import { ipOf } from "../primary-ips/make.ts";
import type { TargetWish } from "./fields.ts";

/** True if the load balancer sends traffic to this server, by its id or by its labels. */
export const isTarget = (balancer: LoadBalancer, server: Server): boolean =>
  balancer.targets.some((t) => {
    if (t.type === "server") return t.server.id === server.id;
    return t.type === "label_selector" && selects(t.label_selector.selector, server);
  });

const selects = (selector: string, server: Server) => matcher(selector)?.(server.labels) === true;

/** The servers that a label selector stands for now. */
export const selected = ({ store }: Cloud, selector: string): Server[] =>
  [...store.tables.servers.values()].filter((server) => selects(selector, server));

/** True if a load balancer reaches the server, named by its id, at its public address. */
export const isPublicTarget = ({ store }: Cloud, server: Server): boolean =>
  [...store.tables.load_balancers.values()].some((balancer) =>
    balancer.targets.some(
      (t) => t.type === "server" && t.server.id === server.id && !t.use_private_ip,
    ),
  );

/** True if two targets are the same one, whichever way their servers are reached. */
export function same(a: BalancerTarget | TargetWish, b: BalancerTarget | TargetWish): boolean {
  if (a.type === "server") return b.type === "server" && a.server.id === b.server.id;
  if (a.type === "ip") return b.type === "ip" && a.ip.ip === b.ip.ip;
  return b.type === "label_selector" && a.label_selector.selector === b.label_selector.selector;
}

const refused = (code: string, message: string) => new ApiError(422, code, message);

/** Checks a target against the load balancer and the cloud, and returns it as it is stored. */
export function checkedTarget(
  cloud: Cloud,
  balancer: LoadBalancer,
  wish: TargetWish,
): BalancerTarget {
  if (wish.type === "ip") {
    assertIpAllowed(cloud, balancer, wish.ip.ip);
    assertNew(balancer, wish);
    assertRoom(cloud, balancer, wish);
    return wish;
  }
  const privately = wish.use_private_ip ?? false;
  const [network] = balancer.private_net;
  if (privately && network === undefined) throw notAttached();
  if (!privately && !balancer.public_interface) {
    const message = "the public interface of the load balancer is disabled";
    throw refused("load_balancer_public_interface_disabled", message);
  }
  if (wish.type === "label_selector") {
    assertNew(balancer, wish);
    assertRoom(cloud, balancer, wish);
    return { ...wish, use_private_ip: privately };
  }
  const server = cloud.store.tables.servers.get(wish.server.id);
  if (server === undefined) throw notFound("server", wish.server.id);
  const { ip = null } = wish.server;
  if (privately && !server.private_net.some((n) => n.network === network?.network)) {
    const message = "the server is not attached to the network of the load balancer";
    throw refused("resolve_cloud_private_targets_error", message);
  }
  if (ip !== null && (privately || !hasAddress(cloud, server, ip))) {
    throw refused("ip_not_assigned_to_server", `${ip} is not an address of the server`);
  }
  if (!privately && ip === null && ipOf(cloud, server.id, "ipv4") === undefined) {
    const message = "the server has no public IPv4 address";
    throw refused("resolve_cloud_public_targets_error", message);
  }
  assertNew(balancer, wish);
  assertRoom(cloud, balancer, wish);
  return { type: "server", server: { id: server.id, ip }, use_private_ip: privately };
}

const notAttached = () =>
  refused(
    "load_balancer_not_attached_to_network",
    "the load balancer is not attached to a network",
  );

function assertNew(balancer: LoadBalancer, wish: TargetWish): void {
  if (!balancer.targets.some((own) => same(own, wish))) return;
  throw refused("target_already_defined", "the target is already defined");
}

function assertRoom(cloud: Cloud, balancer: LoadBalancer, wish: TargetWish): void {
  const { max_targets } = known(loadBalancerTypes, balancer.load_balancer_type);
  const count = (target: BalancerTarget | TargetWish) =>
    target.type === "label_selector" ? selected(cloud, target.label_selector.selector).length : 1;
  const total = [...balancer.targets, wish].reduce((sum, target) => sum + count(target), 0);
  if (total <= max_targets) return;
  throw limitReached("targets", `this type has at most ${max_targets} targets`);
}

function hasAddress(cloud: Cloud, server: Server, ip: string): boolean {
  if (isIPv4(ip)) return ipOf(cloud, server.id, "ipv4")?.ip === ip;
  const own = ipOf(cloud, server.id, "ipv6")?.ip;
  return own !== undefined && ip.startsWith(own.replace(/::\/64$/, ":"));
}

/** What stands for dedicated servers here: loopback addresses that are none of this cloud's. */
const LOOPBACK = knownRange("127.0.0.0/8");

/** Throws unless an IP target may be added: an owned public one, or a private one by a vSwitch. */
function assertIpAllowed({ store }: Cloud, balancer: LoadBalancer, ip: string): void {
  const number = isIPv4(ip) ? addressNumber(ip) : -1;
  const host = isIPv4(ip) ? parseRange(`${ip}/32`) : null;
  if (host !== null && isPrivate(host)) {
    const [attached] = balancer.private_net;
    if (attached === undefined) throw notAttached();
    const network = store.tables.networks.get(attached.network);
    const switches = (network?.subnets ?? []).filter((s) => s.type === "vswitch");
    if (switches.length === 0) {
      throw refused("network_has_no_vswitch_subnet", "the network has no subnet of type vswitch");
    }
    if (!switches.some((s) => holds(knownRange(s.ip_range), number))) {
      throw refused("ip_not_in_vswitch_subnet", `${ip} is in no subnet of type vswitch`);
    }
    return;
  }
  const all = [...store.everywhere("primary_ips"), ...store.everywhere("floating_ips")];
  const ours = all.some((own) => own.ip === ip);
  if (ours || !holds(LOOPBACK, number)) {
    throw refused("ip_not_owned", `${ip} is not the address of a dedicated server of yours`);
  }
}
