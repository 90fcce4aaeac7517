import { notImplemented } from "../errors.ts";
import type { ApiRouter } from "../http/router.ts";

/** Parts of the real API that are missing here. They say so, and never pretend. */
const RESOURCES = ["certificates", "isos", "storage_box_types", "storage_boxes"];

const SERVER_ACTIONS = ["attach_iso", "detach_iso"];

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
