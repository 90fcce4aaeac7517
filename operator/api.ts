import type { PriceList } from "./plan/prices.ts";

/** The Hetzner Cloud API does not answer, or not as it should; the message is for people. */
export class ApiError extends Error {}

/**
 * Asks the Hetzner Cloud API for the first entry of a list, with the token from HCLOUD_TOKEN.
 *
 * @param endpoint base URL with /v1; Hetzner's own without one
 * @throws ApiError
 */
export async function askApi(
  kind: "locations" | "servers" | "volumes",
  endpoint?: string,
): Promise<{ total: number }> {
  const body = await get<{ meta?: { pagination?: { total_entries?: number } } }>(
    `${kind}?per_page=1`,
    endpoint,
  );
  return { total: body.meta?.pagination?.total_entries ?? 0 };
}

/**
 * Today's prices of what would be ordered now.
 *
 * @throws ApiError
 */
export async function askPrices(endpoint?: string): Promise<PriceList> {
  return (await get<{ pricing: PriceList }>("pricing", endpoint)).pricing;
}

async function get<Body>(path: string, endpoint = "https://api.hetzner.cloud/v1"): Promise<Body> {
  const base = endpoint.replace(/\/+$/, "");
  const answer = await fetch(`${base}/${path}`, {
    headers: { authorization: `Bearer ${process.env.HCLOUD_TOKEN ?? ""}` },
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
