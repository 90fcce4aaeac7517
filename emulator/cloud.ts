import type { Actions } from "./actions.ts";
import type { Addresses } from "./addresses.ts";
import type { Clock } from "./clock.ts";
import type { Consoles } from "./consoles.ts";
import type { Faults } from "./faults/faults.ts";
import type { FloatingRoutes } from "./floating-ips/routes.ts";
import type { Balancers } from "./load-balancer/balancers.ts";
import type { Machines } from "./machines/machine.ts";
import type { Store } from "./store/store.ts";

/** What the handlers of one project work with. */
export interface Cloud {
  readonly store: Store;
  readonly actions: Actions;
  readonly machines: Machines;
  readonly addresses: Addresses;
  readonly consoles: Consoles;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly balancers: Balancers;
  readonly floatingRoutes: FloatingRoutes;
}
