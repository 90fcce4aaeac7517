import { notImplemented } from "../errors.ts";
import type { ApiRouter } from "../http/router.ts";

/** Parts of the real API that are missing here. They say so, and never pretend. */
const RESOURCES = [
  "certificates",
  "floating_ips",
  "isos",
  "load_balancer_types",
  "load_balancers",
  "networks",
  "placement_groups",
  "storage_box_types",
  "storage_boxes",
  "zones",
];

const SERVER_ACTIONS = [
  "add_to_placement_group",
  "attach_iso",
  "attach_to_network",
  "change_alias_ips",
  "detach_from_network",
  "detach_iso",
  "remove_from_placement_group",
];

export function missing(router: ApiRouter): void {
  for (const name of RESOURCES) {
    router.all(`/${name}{/*rest}`, () => {
      throw notImplemented(name);
    });
  }
  for (const name of SERVER_ACTIONS) {
    router.post(`/servers/:id/actions/${name}`, () => {
      throw notImplemented(`server action ${name}`);
    });
  }
}
