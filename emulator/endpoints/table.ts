import type { Route } from "./routes.ts";

const VERBS = ["create", "read", "list", "update", "delete"] as const;

interface Entry {
  verbs: Set<string>;
  actions: string[];
  /** What else is read of a resource, such as its metrics. */
  others: string[];
}

const isParameter = (part: string | undefined) => part?.startsWith(":") === true;

/** The parts of a path; a parameter that may be left out counts as one. */
const partsOf = ({ path }: Route) => path.replace("{/:id}", "/:id").slice(1).split("/");

/** Collections within a resource, such as `zones/rrsets`: those whose members have paths of their own. */
function innerCollections(routes: Route[]): Set<string> {
  const inner = routes.map(partsOf).filter((parts) => {
    return parts[2] !== "actions" && isParameter(parts[1]) && isParameter(parts[3]);
  });
  return new Set(inner.map(([kind, , within]) => `${kind}/${within}`));
}

/** Every endpoint of the API as a table in Markdown, a row for each kind of resource. */
export function endpointTable(routes: Route[]): string {
  const inner = innerCollections(routes);
  const entries = new Map<string, Entry>();
  const withActions: string[] = [];
  for (const route of routes) {
    const parts = partsOf(route);
    const nested = inner.has(`${parts[0]}/${parts[2]}`);
    const kind = nested ? `${parts[2]} of ${parts[0]}` : (parts[0] ?? "");
    const within = nested ? parts.slice(3) : parts.slice(1);
    const entry = entries.get(kind) ?? { verbs: new Set(), actions: [], others: [] };
    const at = within.indexOf("actions");
    if (at >= 0 && route.method === "GET") {
      if (!withActions.includes(kind)) withActions.push(kind);
      continue;
    }
    entries.set(kind, entry);
    const last = within.at(-1);
    if (at >= 0) entry.actions.push(last ?? "");
    else if (last !== undefined && !isParameter(last)) entry.others.push(last);
    else entry.verbs.add(verbOf(route.method, last === undefined));
  }
  for (const { verbs } of entries.values()) {
    if (verbs.has("list") && verbs.size === 1 && verbs.delete("list")) verbs.add("read"); // no collection
  }
  const rows = [...entries].map(([kind, entry]) => `| ${kind} | ${cell(entry)} |`);
  rows.push(`| actions of | ${withActions.join(", ")} |`);
  return ["| resource | endpoints |", "| --- | --- |", ...rows].join("\n");
}

function verbOf(method: string, collection: boolean): string {
  if (method === "GET") return collection ? "list" : "read";
  if (method === "POST") return "create";
  return method === "PUT" ? "update" : "delete";
}

function cell({ verbs, actions, others }: Entry): string {
  const groups = [VERBS.filter((verb) => verbs.has(verb)), actions, others];
  return groups
    .filter((group) => group.length > 0)
    .map((group) => group.join(", "))
    .join("; ");
}
