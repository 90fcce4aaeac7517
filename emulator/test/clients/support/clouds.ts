import { startCloud } from "../../support/cloud.ts";

/**
 * Starts the clouds that the clients' tests ask for, and says where they are: `HCLOUD_ENDPOINT` and
 * `HCLOUD_TOKEN` as every client reads them; `SLOW_…`, where actions take their time; `LIMITED_…`,
 * which allows few requests.
 */
export async function startClouds() {
  const clouds = {
    HCLOUD: await startCloud(),
    SLOW: await startCloud({ profile: "realistic" }),
    LIMITED: await startCloud({ rateLimit: 5 }),
  };
  const env = Object.entries(clouds).flatMap(([prefix, { endpoint, token }]) => [
    [`${prefix}_ENDPOINT`, endpoint],
    [`${prefix}_TOKEN`, token],
  ]);
  return {
    env: Object.fromEntries(env) as Record<string, string>,
    stop: async () => {
      for (const cloud of Object.values(clouds)) await cloud.stop();
    },
  };
}
