import { z } from "zod";
import type { Case } from "./case.ts";

const price = z.object({ gross: z.coerce.number() });
const prices = z.array(z.object({ price_hourly: price.optional(), price_monthly: price }));
const typed = z.array(z.object({ type: z.string(), prices }));
const named = z.array(z.object({ name: z.string(), prices }));
/** As much of `GET /pricing` as is needed. */
const pricing = z.object({
  server_types: named,
  load_balancer_types: named,
  primary_ips: typed,
  floating_ips: typed,
  volume: z.object({ price_per_gb_month: price }),
  image: z.object({ price_per_gb_month: price }),
});

const IMAGE_GB = 10; // more than a fresh Debian has

/** What the calls cost at most, in the currency of the prices: what is made counts as one hour or, where nothing is sold by the hour, one month. */
export function costOf(cases: Case[], answer: unknown): number {
  const sold = pricing.parse(answer);
  const dearest = (of: z.infer<typeof prices> = []) =>
    Math.max(0, ...of.map((one) => (one.price_hourly ?? one.price_monthly).gross));
  const byName = (list: z.infer<typeof named>, name: unknown) =>
    dearest(list.find((one) => one.name === name)?.prices);
  const byType = (list: z.infer<typeof typed>, type: unknown) =>
    dearest(list.find((one) => one.type === type)?.prices);

  const ofCall = (ask: string, body: Record<string, unknown>): number => {
    if (ask === "POST /servers") {
      return byName(sold.server_types, body.server_type) + byType(sold.primary_ips, "ipv4");
    }
    if (ask.endsWith("/actions/change_type")) return byName(sold.server_types, body.server_type);
    if (ask === "POST /load_balancers") {
      return byName(sold.load_balancer_types, body.load_balancer_type);
    }
    if (ask === "POST /primary_ips") return byType(sold.primary_ips, body.type);
    if (ask === "POST /floating_ips") return byType(sold.floating_ips, body.type);
    if (ask === "POST /volumes") return Number(body.size) * sold.volume.price_per_gb_month.gross;
    if (ask.endsWith("/actions/create_image")) {
      return IMAGE_GB * sold.image.price_per_gb_month.gross;
    }
    return 0;
  };
  const calls = cases.flatMap((one) => one.calls);
  return calls.reduce((sum, { ask, body }) => sum + ofCall(ask, Object(body)), 0);
}
