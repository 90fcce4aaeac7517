import type { PriceList } from "./plan/prices.ts";

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
  const body = await get<{ meta?: { pagination?: { total_entries?: number } } }>(
    `${kind}?per_page=1`,
    endpoint,
    token,
  );
  return { total: body.meta?.pagination?.total_entries ?? 0 };
}

/**
 * Today's prices of what would be ordered now.
 *
 * @throws ApiError
 */
export async function askPrices(endpoint?: string, token?: string): Promise<PriceList> {
  return (await get<{ pricing: PriceList }>("pricing", endpoint, token)).pricing;
}

async function get<Body>(
  path: string,
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
  return (await answer.json()) as Body;
}
