import { type Routes, renderCanaryRoutes, renderRoutes } from "../../cli/release/routes.ts";
import { limits, plainApp } from "../support/limits.ts";
import type { Edge } from "./edge.ts";

/** The files that a release of stage has for Traefik, by name, such as "route.blue"; `more` is what it has otherwise. */
export function filesOf(edge: Edge, more: Partial<Routes> = {}): (name: string) => string {
  const routes: Routes = {
    environment: "stage",
    hosts: { own: edge.host, all: [edge.host], redirects: [] },
    https: false,
    app: plainApp,
    paths: [],
    release: "000000000000-b1ue",
    limits: { of: limits, proxies: [], longest: 600 },
    ...more,
  };
  const canaries = [true, false].map((sticky) => renderCanaryRoutes(routes, { share: 20, sticky }));
  const lines = [renderRoutes(routes), ...canaries].join("").split("\n");
  return (name) => {
    const found = lines.find((line) => line.startsWith(`${name} `));
    if (found === undefined) throw new Error(`no line ${name}`);
    return found.slice(name.length + 1);
  };
}

/** Leads stage's visitors to a slot, as a release there does. */
export async function lead(edge: Edge, slot: string, more: Partial<Routes> = {}): Promise<void> {
  const file = filesOf(edge, more);
  await edge.place(`stage.${slot}.yml`, file(`slot.${slot}`), "api", "api@internal");
  await edge.place("stage.yml", file(`route.${slot}`), "stage", `stage-${slot}`);
}
