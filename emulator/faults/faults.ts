import type { Interference } from "../actions.ts";
import type { Action, Server } from "../store/records.ts";
import type { Fault, FaultKind, FaultOf, FaultWish } from "./fault.ts";

export interface Asked {
  project: string;
  method: string;
  /** With /v1. */
  path: string;
}

/** The faults that were wished for. They are forgotten when the emulator stops. */
export class Faults {
  readonly #faults = new Map<number, Fault>();
  #next = 1;

  list(): Fault[] {
    return [...this.#faults.values()];
  }

  add(wish: FaultWish): Fault {
    const fault = { ...wish, id: this.#next++ };
    this.#faults.set(fault.id, fault);
    return fault;
  }

  /** Clears one, or all. False if there is no such one. */
  clear(id?: number): boolean {
    if (id !== undefined) return this.#faults.delete(id);
    this.#faults.clear();
    return true;
  }

  /** The fault of one of these kinds that strikes a request; it then has one strike less. */
  ofRequest<K extends FaultKind>(
    asked: Asked,
    kinds: readonly K[],
    fits: (fault: FaultOf<K>) => boolean = () => true,
  ): FaultOf<K> | null {
    return this.#take(kinds, (fault) => meets(fault, asked) && fits(fault));
  }

  /** What is to happen to an action. */
  ofAction(project: string, action: Action): Interference | null {
    const kinds = ["slow_action", "failing_action"] as const;
    const fault = this.#take(kinds, (one) => {
      const ids = action.resources.map(({ id }) => String(id));
      return (
        (one.project ?? project) === project &&
        (one.command ?? action.command) === action.command &&
        (one.resource === undefined || ids.includes(one.resource))
      );
    });
    if (fault === null) return null;
    if (fault.kind === "slow_action") return { ms: fault.seconds * 1000, error: null };
    return { ms: 0, error: { code: fault.code, message: fault.message } };
  }

  /** How a server is to boot. */
  ofBoot(project: string, server: Server): "never" | "without_ssh" | "normal" {
    const fault = this.#take(["never_boots", "no_ssh"] as const, (one) => {
      const fits = [String(server.id), server.name].includes(one.resource ?? server.name);
      return fits && (one.project ?? project) === project;
    });
    if (fault === null) return "normal";
    return fault.kind === "no_ssh" ? "without_ssh" : "never";
  }

  #take<K extends FaultKind>(
    kinds: readonly K[],
    fits: (fault: FaultOf<K>) => boolean,
  ): FaultOf<K> | null {
    for (const fault of this.#faults.values()) {
      if (!isOf(fault, kinds) || !fits(fault)) continue;
      if (fault.times !== null && --fault.times === 0) this.#faults.delete(fault.id);
      return fault;
    }
    return null;
  }
}

const isOf = <K extends FaultKind>(fault: Fault, kinds: readonly K[]): fault is FaultOf<K> =>
  (kinds as readonly FaultKind[]).includes(fault.kind);

function meets(fault: Fault, { project, method, path }: Asked): boolean {
  const short = path.replace(/^\/v1/, "");
  const pattern = (fault.path ?? "*").replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return (
    (fault.project ?? project) === project &&
    (fault.method ?? method) === method &&
    new RegExp(`^${pattern}$`).test(short) &&
    (fault.resource === undefined || short.split("/").includes(fault.resource))
  );
}
