import { z } from "zod";
import { find as findIn, loadBalancerTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { ApiError, invalidField, notFound, parse } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { Action, LoadBalancer } from "../../store/records.ts";
import { startOnBalancer } from "../../work/work.ts";
import { deleteProtection, id, idOrName } from "../fields.ts";
import { address, subnetRange } from "../networks/fields.ts";
import { allocate } from "../networks/members.ts";
import { pointer } from "../primary-ips/fields.ts";
import { ipOf } from "../primary-ips/make.ts";
import { changePointer } from "../primary-ips/pointers.ts";
import { algorithm, service, servicePort, serviceUpdate, target } from "./fields.ts";
import { hostOf } from "./present.ts";
import { assertRoomForService, assertServiceFits, newService, updatedService } from "./services.ts";
import { checkedTarget, same } from "./targets.ts";

/** Everything under `/load_balancers/:id/actions`. */
export function loadBalancerActions(
  router: ApiRouter,
  cloud: Cloud,
  find: (context: Context) => LoadBalancer,
): void {
  const post = (name: string, handle: (balancer: LoadBalancer, body: unknown) => Action | null) =>
    router.post(`/load_balancers/:id/actions/${name}`, (context) => {
      const balancer = find(context);
      const action = handle(balancer, context.request.body);
      context.status = 201;
      context.body = { action: action ?? startOnBalancer(cloud, name, balancer.id) };
    });
  const start = (command: string, { id: key }: LoadBalancer, others: Action["resources"] = []) =>
    startOnBalancer(cloud, command, key, others);
  const serviceAt = (balancer: LoadBalancer, port: number) => {
    const at = balancer.services.findIndex((s) => s.listen_port === port);
    if (at >= 0) return at;
    throw new ApiError(404, "not_found", `service at port '${port}' not found`);
  };

  post("add_service", (balancer, body) => {
    const wish = parse(service, body);
    assertRoomForService(balancer);
    const added = newService(wish, balancer.services);
    assertServiceFits(cloud, balancer, added);
    balancer.services.push(added);
    return null;
  });

  post("update_service", (balancer, body) => {
    const wish = parse(serviceUpdate, body);
    const at = serviceAt(balancer, wish.listen_port);
    const [old] = balancer.services.slice(at);
    if (old === undefined) return null;
    const updated = updatedService(old, wish);
    assertServiceFits(cloud, balancer, updated);
    balancer.services[at] = updated;
    return null;
  });

  post("delete_service", (balancer, body) => {
    balancer.services.splice(serviceAt(balancer, parse(servicePort, body).listen_port), 1);
    return null;
  });

  post("add_target", (balancer, body) => {
    const checked = checkedTarget(cloud, balancer, parse(target, body));
    balancer.targets.push(checked);
    const servers = checked.type === "server" ? [{ id: checked.server.id, type: "server" }] : [];
    return start("add_target", balancer, servers);
  });

  post("remove_target", (balancer, body) => {
    const wish = parse(target, body);
    const found = balancer.targets.find((own) => same(own, wish));
    if (found === undefined) {
      throw new ApiError(404, "not_found", "load balancer target not found");
    }
    balancer.targets = balancer.targets.filter((own) => own !== found);
    return null;
  });

  post("change_algorithm", (balancer, body) => {
    balancer.algorithm = parse(algorithm, body);
    return null;
  });

  post("change_type", (balancer, body) => {
    const wish = parse(z.object({ load_balancer_type: idOrName }), body);
    const type = findIn(loadBalancerTypes, wish.load_balancer_type);
    if (type === undefined) throw notFound("load balancer type", wish.load_balancer_type);
    const tooSmall =
      balancer.services.length > type.max_services || balancer.targets.length > type.max_targets;
    if (type.name === balancer.load_balancer_type || tooSmall) {
      const message = `a load balancer cannot be changed from ${balancer.load_balancer_type} to ${type.name}`;
      throw new ApiError(422, "invalid_load_balancer_type", message);
    }
    balancer.load_balancer_type = type.name;
    return start("change_load_balancer_type", balancer);
  });

  const attach = z.object({
    network: id,
    ip: address.optional(),
    ip_range: subnetRange.optional(),
  });
  post("attach_to_network", (balancer, body) => {
    const wish = parse(attach, body);
    const network = cloud.store.tables.networks.get(wish.network);
    if (network === undefined) throw notFound("network", wish.network);
    if (balancer.private_net.length > 0) {
      const message = "the load balancer is attached to a network already";
      throw new ApiError(422, "load_balancer_already_attached", message);
    }
    const ip = allocate(cloud, network, balancer.location, wish);
    balancer.private_net.push({ network: network.id, ip });
    return start("attach_to_network", balancer, [{ id: network.id, type: "network" }]);
  });

  post("detach_from_network", (balancer, body) => {
    const { network } = parse(z.object({ network: id }), body);
    if (!balancer.private_net.some((n) => n.network === network)) {
      const message = `the load balancer is not attached to network '${network}'`;
      throw new ApiError(404, "not_found", message);
    }
    leaveNetwork(balancer, network);
    return start("detach_from_network", balancer, [{ id: network, type: "network" }]);
  });

  post("enable_public_interface", (balancer) => {
    balancer.public_interface = true;
    return null;
  });

  post("disable_public_interface", (balancer) => {
    if (balancer.private_net.length === 0) {
      const message = "the load balancer is not attached to a network";
      throw new ApiError(422, "load_balancer_not_attached_to_network", message);
    }
    if (balancer.targets.some((t) => t.type !== "ip" && !t.use_private_ip)) {
      const message = "the load balancer has targets that use the public IP";
      throw new ApiError(422, "targets_without_use_private_ip", message);
    }
    balancer.public_interface = false;
    return null;
  });

  post("change_protection", (balancer, body) => {
    const wish = parse(deleteProtection, body);
    balancer.protection.delete = wish.delete ?? balancer.protection.delete;
    return cloud.actions.done("change_protection", { id: balancer.id, type: "load_balancer" });
  });

  post("change_dns_ptr", (balancer, body) => {
    const { ip } = parse(pointer, body);
    const own = (["ipv4", "ipv6"] as const)
      .map((family) => ipOf(cloud, balancer.id, family))
      .find((each) => each !== undefined && hostOf(each) === ip);
    if (own === undefined) throw invalidField("ip", "does not belong to this load balancer");
    changePointer(own, body);
    return cloud.actions.done("change_dns_ptr", { id: balancer.id, type: "load_balancer" });
  });
}

/** Takes a load balancer out of a network; targets that it reached there go with it. */
export function leaveNetwork(balancer: LoadBalancer, network: number): void {
  balancer.private_net = balancer.private_net.filter((n) => n.network !== network);
  balancer.targets = balancer.targets.filter((t) => t.type === "ip" || !t.use_private_ip);
}
