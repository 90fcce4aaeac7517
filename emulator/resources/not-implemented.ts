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
  "create_image",
  "detach_from_network",
  "detach_iso",
  "disable_rescue",
  "enable_rescue",
  "rebuild",
  "remove_from_placement_group",
  "request_console",
  "reset_password",
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
  router.get("/servers/:id/metrics", () => {
    throw notImplemented("metrics of a server");
  });
  router.put("/images/:id", () => {
    throw notImplemented("changing images");
  });
  router.delete("/images/:id", () => {
    throw notImplemented("deleting images");
  });
  router.all("/images/:id/actions{/*rest}", () => {
    throw notImplemented("actions on images");
  });
}
