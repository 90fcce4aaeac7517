import { z } from "zod";
import type { PricedResource, StackPlan } from "./changes.ts";

/** An amount per month, without and with VAT, in `currency`. */
export interface Amount {
  net: number;
  gross: number;
}

const decimal = z.string().regex(/^\d+(\.\d+)?$/);
const price = z.object({ net: decimal, gross: decimal });
const prices = z.array(z.object({ location: z.string(), price_monthly: price }));

/** The part of the answer of `GET /pricing` that is used here. */
export const priceList = z.object({
  currency: z.string(),
  volume: z.object({ price_per_gb_month: price }),
  server_backup: z.object({ percentage: decimal }),
  primary_ips: z.array(z.object({ type: z.string(), prices })),
  server_types: z.array(z.object({ name: z.string(), prices })),
});
export type PriceList = z.infer<typeof priceList>;

/** The list lacks something that the cloud has; the message is for people. */
export class PriceError extends Error {}

/** One line of the bill. */
export interface PriceLine {
  address: string;
  /** What is paid for, such as "cx23 in fsn1". */
  what: string;
  now: Amount;
  after: Amount;
}

/** What the stacks cost per month, now and after their plans; only what costs something is listed. */
export function priceOf(plans: StackPlan[], list: PriceList): PriceLine[] {
  const lines = new Map<string, PriceLine>();
  for (const side of ["now", "after"] as const) {
    for (const resource of plans.flatMap((plan) => (side === "now" ? plan.now : stays(plan)))) {
      const item = itemOf(resource, list);
      if (item === undefined) continue;
      const { address } = resource;
      const line = lines.get(address) ?? { address, what: item.what, now: NOTHING, after: NOTHING };
      const what =
        line.what === item.what || line.now === NOTHING ? item.what : `${line.what} → ${item.what}`;
      lines.set(address, { ...line, what, [side]: item.amount });
    }
  }
  return [...lines.values()];
}

/** What there will be: a volume that would have to become smaller is refused, and goes on costing what it does. */
function stays({ now, after, changes }: StackPlan): PricedResource[] {
  return after.map((resource) => {
    const { address, type, values } = resource;
    const before = now.find((candidate) => candidate.address === address);
    const updated = changes.some(
      (change) => change.address === address && change.deed === "update",
    );
    const shrinks = Number(before?.values.size) > Number(values.size);
    return before && type === "hcloud_volume" && updated && shrinks ? before : resource;
  });
}

/** Adds up one side of the bill. */
export function total(lines: PriceLine[], side: "now" | "after"): Amount {
  return lines.map((line) => line[side]).reduce(add, NOTHING);
}

const NOTHING: Amount = { net: 0, gross: 0 };
const add = (a: Amount, b: Amount): Amount => ({ net: a.net + b.net, gross: a.gross + b.gross });
const times = (a: Amount, factor: number): Amount => ({
  net: a.net * factor,
  gross: a.gross * factor,
});
const amountOf = (of: z.infer<typeof price>): Amount => ({
  net: Number(of.net),
  gross: Number(of.gross),
});

interface Item {
  what: string;
  amount: Amount;
}

/** undefined: it costs nothing, as firewalls, SSH keys and what is not Hetzner's do. */
function itemOf({ type, values }: PricedResource, list: PriceList): Item | undefined {
  const text = (key: string) => String(values[key] ?? "");
  if (type === "hcloud_volume") {
    const size = Number(values.size);
    return {
      what: `${size} GB`,
      amount: times(amountOf(list.volume.price_per_gb_month), size),
    };
  }
  if (type === "hcloud_server") {
    const name = text("server_type");
    const amount = located(list.server_types.find((entry) => entry.name === name)?.prices, values);
    if (amount === undefined)
      throw new PriceError(`/pricing has no price of ${name} in ${text("location")}`);
    const backups = values.backups === true;
    const factor = backups ? 1 + Number(list.server_backup.percentage) / 100 : 1;
    return {
      what: `${name} in ${text("location")}${backups ? " with backups" : ""}`,
      amount: times(amount, factor),
    };
  }
  if (type === "hcloud_primary_ip") {
    const kind = text("type");
    const amount = located(list.primary_ips.find((entry) => entry.type === kind)?.prices, values);
    if (amount === undefined) throw new PriceError(`/pricing has no price of a primary ${kind}`);
    return { what: kind, amount };
  }
  return undefined;
}

function located(all: z.infer<typeof prices> | undefined, values: Record<string, unknown>) {
  const found = all?.find((price) => price.location === values.location);
  return found && amountOf(found.price_monthly);
}
