import { notImplemented } from "../errors.ts";
import type { ApiRouter } from "../http/router.ts";

/** Parts of the real API that are missing here. They say so, and never pretend. */
const RESOURCES = ["storage_box_types", "storage_boxes"];

export function missing(router: ApiRouter): void {
  for (const name of RESOURCES) {
    router.all(`/${name}{/*rest}`, () => {
      throw notImplemented(name);
    });
  }
}
