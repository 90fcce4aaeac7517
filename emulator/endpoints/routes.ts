import { Addresses } from "../addresses.ts";
import { createRoutes } from "../app.ts";
import { Clock } from "../clock.ts";
import { Consoles } from "../consoles.ts";
import { Faults } from "../faults/faults.ts";
import { ApiOnlyMachines } from "../machines/api-only.ts";
import { Projects } from "../projects.ts";
import { Store } from "../store/store.ts";

export interface Route {
  method: string;
  /** After /v1, with `:name` where a value belongs. */
  path: string;
}

/** Every route that the API has, read from its router: a new resource is among them by itself. */
export function everyRoute(): Route[] {
  const store = new Store(null);
  const machines = new ApiOnlyMachines();
  const [cloud] = new Projects({
    store,
    machines,
    addresses: new Addresses(1, store, machines),
    clock: new Clock(),
    faults: new Faults(),
    consoles: new Consoles(machines),
    profile: "instant",
  }).clouds();
  if (cloud === undefined) throw new Error("no project");
  return createRoutes(cloud).stack.flatMap((layer) => {
    const path = String(layer.path).replace(/^\/v1/, "").replace("{/*rest}", "");
    const methods = layer.methods.filter((method) => /^(GET|POST|PUT|DELETE)$/.test(method));
    return methods.map((method) => ({ method, path }));
  });
}
