import type { BalancerService } from "../store/records.ts";
import type { Backend } from "./backends.ts";
import type { TlsPair } from "./tls.ts";
import type { Traffic } from "./traffic.ts";

/** What a listener of a service works with. */
export interface Frontend {
  readonly service: Omit<BalancerService, "health_check">;
  /** The certificates of an https service, the one for clients that name no host first. */
  readonly pairs: readonly TlsPair[];
  readonly traffic: Traffic;
  readonly mostConnections: number;
  /** Backends that may get traffic now: the healthy ones, or those of which nothing is known yet. */
  candidates(): Backend[];
  /** Chooses among these; null if there is none. */
  choose(among: readonly Backend[]): Backend | null;
  /** Counts something that begins at a backend; what it returns is to be called at the end. */
  begin(backend: Backend): () => void;
}
