import { z } from "zod";
import { type PriceList, priceList } from "./plan/prices.ts";

/** The Hetzner Cloud API does not answer, or not as it should; the message is for people. */
export class ApiError extends Error {}

/**
 * Asks the Hetzner Cloud API for the first entry of a list.
 *
 * @param endpoint base URL with /v1; Hetzner's own without one
 * @param token that of HCLOUD_TOKEN without one
 * @throws ApiError
 */
export async function askApi(
  kind: "locations" | "servers" | "volumes",
  endpoint?: string,
  token?: string,
): Promise<{ total: number }> {
  const body = await get(`${kind}?per_page=1`, page, endpoint, token);
  return { total: body.meta.pagination.total_entries };
}

/**
 * Today's prices of what would be ordered now.
 *
 * @throws ApiError
 */
export async function askPrices(endpoint?: string, token?: string): Promise<PriceList> {
  return (await get("pricing", pricing, endpoint, token)).pricing;
}

const page = z.object({ meta: z.object({ pagination: z.object({ total_entries: z.int() }) }) });
const pricing = z.object({ pricing: priceList });

async function get<Body>(
  path: string,
  schema: z.ZodType<Body>,
  endpoint = "https://api.hetzner.cloud/v1",
  token = process.env.HCLOUD_TOKEN ?? "",
): Promise<Body> {
  const base = endpoint.replace(/\/+$/, "");
  const answer = await fetch(`${base}/${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  }).catch(() => {
    throw new ApiError(`the Hetzner Cloud API does not answer at ${base}; check the network`);
  });
  if (answer.status === 401) {
    throw new ApiError(`${base} does not know HCLOUD_TOKEN; put a valid token into .env`);
  }
  if (!answer.ok) throw new ApiError(`${base} answers HTTP ${answer.status}; try again later`);
  const { data } = schema.safeParse(await answer.json().catch(() => undefined));
  if (data === undefined) {
    throw new ApiError(
      `${base}/${path} answers with something else than the Hetzner Cloud API does`,
    );
  }
  return data;
}
