import type { ResourceChange, StackPlan } from "./changes.ts";

/** What cannot be had back by running a script again. */
export interface Risk {
  address: string;
  /** One sentence for people. */
  what: string;
  /** The option of scripts/deploy.sh that allows it; "never": a deploy refuses it; undefined when none is needed. */
  needs: Need | undefined;
}

/** What allows something that is at risk. */
export type Need = `--may-replace ${Guarded}` | "--may-restart" | "never";

/** What a deploy replaces or destroys only after its name was said. */
export type Guarded = "server" | "address" | "volume";
export const guarded: Guarded[] = ["server", "address", "volume"];

const guardedTypes: Record<string, { name: Guarded; loss: string }> = {
  hcloud_server: {
    name: "server",
    loss: "stage and prod are down until both are deployed again; what lies on its own disk (images, logs, the releases to roll back to) is lost; the volume keeps the databases and the history",
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
  return risks.sort((a, b) => weightOf(b) - weightOf(a));
}

const order: Need[] = ["--may-restart", ...guarded.map((name) => `--may-replace ${name}` as const)];

/** The more is lost, the heavier. */
function weightOf({ needs }: Risk): number {
  return needs === "never" ? order.length : needs === undefined ? -1 : order.indexOf(needs);
}

function riskOf(change: ResourceChange, stack: string): Risk[] {
  const { address, type, deed } = change;
  const guard = guardedTypes[type];
  const risk = (what: string, needs?: Need): Risk[] => [{ address, what, needs }];
  if (guard && (deed === "replace" || deed === "destroy")) {
    const verb = deed === "replace" ? "replaced" : "destroyed";
    return risk(
      `The ${guard.name} would be ${verb}: ${guard.loss}.`,
      `--may-replace ${guard.name}`,
    );
  }
  if (deed !== "update") return [];
  const touched = (path: string) => change.attributes.find((found) => found.path === path);
  const touches = (path: string) => touched(path) !== undefined;
  if (type === "hcloud_server" && touches("server_type")) {
    return risk(
      "The server is switched off for the change: stage, prod and the previews are down meanwhile.",
      "--may-restart",
    );
  }
  const size = touched("size");
  if (type === "hcloud_volume" && size !== undefined && Number(size.after) < Number(size.before)) {
    return risk(
      `The volume has ${size.before} GB and cannot be made smaller: put back server.volumeSize: ${size.before}.`,
      "never",
    );
  }
  if (guard && touches("delete_protection")) {
    return risk(`The protection of the ${guard.name} against deletion changes (stack ${stack}).`);
  }
  return [];
}
