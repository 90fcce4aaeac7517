import type { Cloud } from "../../cloud.ts";
import { list } from "../../http/list.ts";
import { type ApiRouter, type Context, record } from "../../http/router.ts";
import type { LoadBalancer } from "../../store/records.ts";
import { startOnBalancer } from "../../work/work.ts";
import { assertUnprotected } from "../fields.ts";
import { readAndUpdate } from "../read-and-update.ts";
import { createLoadBalancer } from "./create.ts";
import { loadBalancerActions } from "./load-balancer-actions.ts";
import { metrics } from "./metrics.ts";
import { presentLoadBalancer } from "./present.ts";

export function loadBalancers(router: ApiRouter, cloud: Cloud): void {
  const { load_balancers: table, primary_ips } = cloud.store.tables;
  const find = (context: Context) => record(context, table, "load balancer");
  const present = (balancer: LoadBalancer) => presentLoadBalancer(cloud, balancer);

  router.get("/load_balancers", (context) =>
    list(context, "load_balancers", table.values(), present),
  );

  router.post("/load_balancers", async (context) => {
    const { load_balancer, action } = await createLoadBalancer(cloud, context.request.body);
    context.status = 201;
    context.body = { load_balancer: present(load_balancer), action };
  });

  readAndUpdate(router, { path: "/load_balancers", key: "load_balancer", table, find, present });

  router.delete("/load_balancers/:id", (context) => {
    const balancer = find(context);
    assertUnprotected("load balancer", balancer);
    for (const ip of primary_ips.values()) {
      if (ip.assignee_id !== balancer.id) continue;
      if (ip.auto_delete) primary_ips.delete(ip.id);
      else {
        ip.assignee_id = null;
        delete ip.assignee_type;
      }
    }
    table.delete(balancer.id);
    context.status = 201;
    context.body = { action: startOnBalancer(cloud, "delete_load_balancer", balancer.id) };
  });

  router.get("/load_balancers/:id/metrics", (context) => {
    const balancer = find(context);
    context.body = { metrics: metrics(cloud.balancers.samples(balancer.id), context.querystring) };
  });

  loadBalancerActions(router, cloud, find);
}
