import { z } from "zod";
import { ApiError, CloudApi } from "../hcloud/api.ts";
import type { StackPlan } from "./changes.ts";
import { PriceError, priceList, priceOf } from "./prices.ts";
import type { Report } from "./render.ts";

const pricing = z.object({ pricing: priceList });

/**
 * What plans cost, at the prices that the API tells today; undefined where they cannot be had.
 *
 * @param say is told why not
 */
export async function askCosts(
  plans: StackPlan[],
  { endpoint, token }: { endpoint?: string | undefined; token: string },
  say: (line: string) => void,
): Promise<Report["prices"]> {
  try {
    const { pricing: list } = await new CloudApi(endpoint, token).get("pricing", pricing);
    return { lines: priceOf(plans, list), currency: list.currency };
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof PriceError)) throw error;
    say(error.message);
    return undefined;
  }
}
