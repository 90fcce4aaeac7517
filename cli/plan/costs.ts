import { ApiError, askPrices } from "../cloud-api.ts";
import type { StackPlan } from "./changes.ts";
import { PriceError, priceOf } from "./prices.ts";
import type { Report } from "./render.ts";

/**
 * What plans cost, at the prices that the API tells today; undefined where they cannot be had.
 *
 * @param say is told why not
 */
export async function askCosts(
  plans: StackPlan[],
  { endpoint, token }: { endpoint?: string | undefined; token?: string },
  say: (line: string) => void,
): Promise<Report["prices"]> {
  try {
    const list = await askPrices(endpoint, token);
    return { lines: priceOf(plans, list), currency: list.currency };
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof PriceError)) throw error;
    say(error.message);
    return undefined;
  }
}
