import type { ResourceChange, StackPlan } from "./changes.ts";

/** What cannot be had back by running a script again. */
export interface Risk {
  address: string;
  /** One sentence for people. */
  what: string;
  /** The word that confirms it, for `scripts/deploy.sh --may-replace`; undefined when none is needed. */
  confirm: Guarded | undefined;
}

/** What a deploy replaces or destroys only after its name was said. */
export type Guarded = "server" | "address" | "volume";
export const guarded: Guarded[] = ["server", "address", "volume"];

const guardedTypes: Record<string, { name: Guarded; loss: string }> = {
  hcloud_server: {
    name: "server",
    loss: "stage and prod are down until both are deployed again; what lies on its own disk (images, logs, the history of releases) is lost; the volume keeps the databases",
  },
  hcloud_primary_ip: {
    name: "address",
    loss: "the address is given back to Hetzner and cannot be had again; every DNS record and allow list that names it must change",
  },
  hcloud_volume: {
    name: "volume",
    loss: "all data of stage and prod, databases included, is deleted",
  },
};

/** Finds what is at risk, the worst first. */
export function risksOf(plans: StackPlan[]): Risk[] {
  const risks = plans.flatMap((plan) =>
    plan.changes.flatMap((change) => riskOf(change, plan.stack)),
  );
  const weight = (risk: Risk) => (risk.confirm ? guarded.indexOf(risk.confirm) : -1);
  return risks.sort((a, b) => weight(b) - weight(a));
}

function riskOf(change: ResourceChange, stack: string): Risk[] {
  const { address, type, deed } = change;
  const guard = guardedTypes[type];
  const risk = (what: string, confirm?: Guarded): Risk[] => [{ address, what, confirm }];
  if (guard && (deed === "replace" || deed === "destroy")) {
    const verb = deed === "replace" ? "replaced" : "destroyed";
    return risk(`The ${guard.name} would be ${verb}: ${guard.loss}.`, guard.name);
  }
  if (deed !== "update") return [];
  const touches = (path: string) => change.attributes.some((found) => found.path === path);
  if (type === "hcloud_server" && touches("server_type")) {
    return risk("The server is switched off for the change: stage and prod are down meanwhile.");
  }
  if (guard && touches("delete_protection")) {
    return risk(`The protection of the ${guard.name} against deletion changes (stack ${stack}).`);
  }
  return [];
}
