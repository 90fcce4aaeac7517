import type { Middleware } from "koa";
import { Actions } from "./actions.ts";
import type { Addresses } from "./addresses.ts";
import { createApi } from "./app.ts";
import type { Clock } from "./clock.ts";
import type { Cloud } from "./cloud.ts";
import type { Consoles } from "./consoles.ts";
import { duration, type Profile } from "./durations.ts";
import type { Faults } from "./faults/faults.ts";
import { FloatingRoutes } from "./floating-ips/routes.ts";
import { Balancers } from "./load-balancer/balancers.ts";
import type { Machines } from "./machines/machine.ts";
import type { Store } from "./store/store.ts";

export interface Project {
  readonly cloud: Cloud;
  /** Answers the API's requests for this project. */
  readonly api: Middleware;
}

export interface Shared {
  store: Store;
  machines: Machines;
  addresses: Addresses;
  clock: Clock;
  faults: Faults;
  consoles: Consoles;
  /** May change while the emulator runs. */
  profile: Profile;
}

/**
 * The projects of a cloud. Each has resources and actions of its own and a token for another one
 * does not see them; computer, addresses, time and ids are shared.
 */
export class Projects {
  readonly #shared: Shared;
  readonly #opened = new Map<string, Project>();

  constructor(shared: Shared) {
    this.#shared = shared;
    for (const name of shared.store.projects()) this.get(name);
  }

  /** The project of this name, new if nobody has asked for it before. */
  get(name: string): Project {
    let project = this.#opened.get(name);
    if (project === undefined) {
      project = this.#open(name);
      this.#opened.set(name, project);
    }
    return project;
  }

  /** The clouds of all projects. */
  clouds(): Cloud[] {
    return [...this.#opened.values()].map(({ cloud }) => cloud);
  }

  #open(name: string): Project {
    const shared = this.#shared;
    const { machines, addresses, clock, consoles, faults } = shared;
    const store = shared.store.of(name);
    const actions = new Actions(store, {
      clock,
      interfere: (action) => faults.ofAction(name, action),
      duration: (command) => duration(shared.profile, command),
    });
    const balancers = new Balancers({ store, machines, clock });
    const floatingRoutes = new FloatingRoutes({ store, machines });
    const told = { clock, consoles, faults };
    const cloud = { store, actions, machines, addresses, balancers, floatingRoutes, ...told };
    return { cloud, api: createApi(cloud) };
  }
}
