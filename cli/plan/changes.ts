import { z } from "zod";
import { parseAnswer } from "../answer.ts";

/** What Terraform would do to one resource. */
export type Deed = "create" | "update" | "replace" | "destroy" | "forget";

/** One attribute that differs, its values as people read them. */
interface AttributeChange {
  /** Dotted, such as "labels.app". */
  path: string;
  before: string;
  after: string;
  /** This attribute is why the resource would be replaced. */
  forcesReplacement: boolean;
}

/** One resource that differs. */
export interface ResourceChange {
  /** Terraform's address, such as "hcloud_server.server". */
  address: string;
  type: string;
  deed: Deed;
  attributes: AttributeChange[];
}

/** A resource with the values that decide its price. */
export interface PricedResource {
  address: string;
  type: string;
  values: Record<string, unknown>;
}

/** One stack's plan. */
export interface StackPlan {
  stack: string;
  /** What applying it would do. */
  changes: ResourceChange[];
  /** What differs from Terraform's state because somebody else changed it. */
  drift: ResourceChange[];
  now: PricedResource[];
  after: PricedResource[];
}

const values = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((found) => found ?? null);

const change = z.object({
  actions: z.array(z.string()),
  before: values,
  after: values,
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).nullish(),
});
type Change = z.infer<typeof change>;

const entries = z
  .array(z.object({ address: z.string(), type: z.string(), mode: z.string(), change }))
  .nullish()
  .transform((all) => (all ?? []).filter(({ mode }) => mode === "managed"));
type Entry = z.infer<typeof entries>[number];

const terraformPlan = z.object({ resource_changes: entries, resource_drift: entries });

/**
 * Reads what `terraform show -json PLAN` prints.
 *
 * @throws FailedError
 */
export function readPlan(stack: string, text: string): StackPlan {
  const plan = parseAnswer("Terraform's plan", text, terraformPlan);
  const { resource_changes: planned, resource_drift: drift } = plan;
  // A resource that was changed behind Terraform's back costs what the API says it is now; one that
  // was deleted there costs nothing.
  const priced = (side: "before" | "after"): PricedResource[] =>
    planned.flatMap(({ address, type, change }) => {
      const values = change[side];
      return values === null ? [] : [{ address, type, values }];
    });
  const changes = planned.flatMap(describe);
  return {
    stack,
    changes,
    drift: drift.flatMap(describe).flatMap((change) => undone(change, changes)),
    now: priced("before"),
    after: priced("after"),
  };
}

/**
 * What of a drift the plan would undo. The rest are values that nobody configured, such as the server
 * that a volume is attached to: Terraform reads them anew each time.
 */
function undone(drift: ResourceChange, changes: ResourceChange[]): ResourceChange[] {
  if (drift.deed === "destroy") return [drift];
  const planned = changes.find((change) => change.address === drift.address);
  const paths = new Set(planned?.attributes.map((attribute) => attribute.path));
  const attributes = drift.attributes.filter((attribute) => paths.has(attribute.path));
  return attributes.length > 0 ? [{ ...drift, attributes }] : [];
}

function describe(entry: Entry): ResourceChange[] {
  const deed = deedOf(entry.change.actions);
  if (deed === undefined) return [];
  const { address, type, change } = entry;
  const attributes = deed === "update" || deed === "replace" ? differences(change) : [];
  return [{ address, type, deed, attributes }];
}

function deedOf(actions: string[]): Deed | undefined {
  const has = (action: string) => actions.includes(action);
  if (has("create") && has("delete")) return "replace";
  if (has("create")) return "create";
  if (has("update")) return "update";
  if (has("delete")) return "destroy";
  return has("forget") ? "forget" : undefined;
}

function differences(change: Change): AttributeChange[] {
  const before = flatten(hide(change.before, change.before_sensitive));
  const after = flatten(hide(change.after, change.after_sensitive));
  for (const path of flatten(change.after_unknown).keys()) after.set(path, UNKNOWN);
  const forcing = (change.replace_paths ?? []).map((path) => path.join("."));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => (before.get(path) ?? "") !== (after.get(path) ?? ""))
    .map((path) => ({
      path,
      before: before.get(path) || "(none)",
      after: after.get(path) || "(none)",
      forcesReplacement: forcing.some((forced) => path === forced || path.startsWith(`${forced}.`)),
    }))
    .filter((found) => found.forcesReplacement || found.after !== UNKNOWN);
}

const UNKNOWN = "(known after the change)";
const SECRET = "(secret)";

/** Puts a word in the place of whatever Terraform marks as sensitive. */
function hide(value: unknown, sensitive: unknown): unknown {
  if (sensitive === true) return SECRET;
  if (value === null || typeof value !== "object" || !sensitive) return value;
  const marks = sensitive as Record<string, unknown>;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, hide(v, marks[key])]));
}

/** The leaves of a value by their dotted path; what is empty has none. */
function flatten(value: unknown, path = ""): Map<string, string> {
  if (value === null || value === undefined || value === false) {
    return new Map(value === false && path !== "" ? [[path, "false"]] : []);
  }
  if (typeof value !== "object") return new Map([[path, String(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flatten(inner, path === "" ? key : `${path}.${key}`),
    ]),
  );
}
